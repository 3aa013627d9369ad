import { findK6 } from '../engine/k6/find.js'
import { onPath } from '../machine/programs.js'
import type { Condition } from '../model/condition.js'
import { messageOf, UserError } from '../model/errors.js'
import type { Check } from './examined.js'
import { ok } from './states.js'

/** The system's Chromium: CHROMIUM_PATH, or else the first on PATH; undefined when there is none. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env['CHROMIUM_PATH'] ?? onPath(env, ['chromium', 'chromium-browser', 'google-chrome'])

const k6 = async (named: string | undefined, env: NodeJS.ProcessEnv): Promise<Condition> => {
  try {
    const { path, version, extensions } = await findK6(named, env)
    const more = extensions.length === 0 ? '' : `, with ${extensions.join(', ')}`
    return ok('k6', `${version}${more}, ${path}; only --engine k6 uses it`)
  } catch (error) {
    if (error instanceof UserError && error.reason === 'k6_missing' && !(named ?? env['K6_BIN']))
      return ok('k6', 'not found; only --engine k6 needs it')
    return ok('k6', `${messageOf(error)} Only --engine k6 needs it`)
  }
}

const browser = (env: NodeJS.ProcessEnv): Condition => {
  const file = findChromium(env)
  return file === undefined
    ? ok('browser', 'no Chromium in CHROMIUM_PATH or on PATH; only tests with a real browser are skipped')
    : ok('browser', `${file}; only tests of this repository use it`)
}

/** Programs that no result depends on; they are named because people ask. */
export const tools: Check = async ({ machine: { env }, config }) => [
  await k6(config.generator.k6, env),
  browser(env),
]
