import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { isProgram, onPath } from '../../machine/programs.js'
import { UserError } from '../../model/errors.js'

/** A k6 program on this machine. */
export interface K6 {
  readonly path: string
  readonly version: string
  /** What `k6 version` says of extensions built into it: `k6/x/redis`. */
  readonly extensions: readonly string[]
}

const install =
  'Get it from https://grafana.com/docs/k6/latest/set-up/install-k6/ and name it with --k6-bin FILE or K6_BIN, or put it on PATH. --engine native needs none.'

/** Where k6 is: `given` (--k6-bin), else K6_BIN, else PATH; undefined when nowhere. */
function placeOf(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
): { path: string | undefined; named: string | undefined } {
  const named = given ?? (env['K6_BIN'] === '' ? undefined : env['K6_BIN'])
  if (named === undefined) return { path: onPath(env, ['k6']), named }
  const path = resolve(named)
  return { path: isProgram(path) ? path : undefined, named }
}

/**
 * Finds k6 and asks for its version. Throws `UserError` (exit 2) when there is none, when it is another program, or of a version
 * that is neither 1.x nor 2.x.
 */
export async function findK6(given?: string, env: NodeJS.ProcessEnv = process.env): Promise<K6> {
  const { path, named } = placeOf(given, env)
  if (path === undefined) {
    throw new UserError(
      named === undefined ? 'There is no k6 on this machine.' : `"${named}" is no program that can be run.`,
      { hint: install, reason: 'k6_missing' },
    )
  }
  let said: string
  try {
    const { stdout } = await promisify(execFile)(path, ['version'], { timeout: 20_000, env: quietEnv(env) })
    said = stdout
  } catch {
    said = ''
  }
  const version = /^\S+ v(\d+\.\d+\.\d+\S*) \(.*\bgo\d/m.exec(said)?.[1]
  if (version === undefined) {
    throw new UserError(`${path} is not k6: asked for its version, it said "${said.trim().slice(0, 80)}".`, {
      hint: install,
      reason: 'k6_is_another_program',
    })
  }
  if (!/^[12]\./.test(version)) {
    throw new UserError(`${path} is k6 ${version}; 1.x or 2.x is needed.`, {
      hint: install,
      reason: 'k6_version',
    })
  }
  return { path, version, extensions: [...said.matchAll(/\bk6\/x\/[\w-]+/g)].map(([name]) => name) }
}

/** The environment for k6: it must not fetch programs, nor tell anybody what it does. */
export const quietEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  K6_AUTO_EXTENSION_RESOLUTION: 'false',
  K6_NO_USAGE_REPORT: 'true',
})
