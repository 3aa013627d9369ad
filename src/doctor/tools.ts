import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Condition } from '../model/condition.js'
import { messageOf } from '../model/errors.js'
import type { Check } from './examined.js'
import { ok } from './states.js'
import { versionOf } from './version-of.js'

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

const onPath = (env: NodeJS.ProcessEnv, names: readonly string[]): string | undefined =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isProgram)

/** The system's Chromium: CHROMIUM_PATH, or else the first on PATH; undefined when there is none. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env['CHROMIUM_PATH'] ?? onPath(env, ['chromium', 'chromium-browser', 'google-chrome'])

const k6 = (env: NodeJS.ProcessEnv): Condition => {
  const file = env['K6_BIN'] ?? onPath(env, ['k6'])
  if (file === undefined) return ok('k6', 'not found; nothing needs it yet')
  try {
    return ok('k6', `${versionOf(file, ['version']).replace(/^k6(\.exe)? v?/, '')}; nothing needs it yet`)
  } catch (error) {
    return ok('k6', `${messageOf(error)} Nothing needs it yet`)
  }
}

const browser = (env: NodeJS.ProcessEnv): Condition => {
  const file = findChromium(env)
  return file === undefined
    ? ok('browser', 'no Chromium in CHROMIUM_PATH or on PATH; only tests with a real browser are skipped')
    : ok('browser', `${file}; only tests of this repository use it`)
}

/** Programs that no result depends on; they are named because people ask. */
export const tools: Check = ({ machine: { env } }) => [k6(env), browser(env)]
