import { spawnSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { UserError } from '../model/errors.js'
import { coreList, coresIn } from './cores.js'
import { allowedCores } from './placement.js'

const tool = 'taskset'

/** Words before a program that let it, and all that it starts, run on these cores only; none for all cores. */
export function onCores(cores: string | undefined): readonly string[] {
  return cores === undefined ? [] : [tool, '-c', cores]
}

const cannot = (what: string, why: string, hint: string): UserError =>
  new UserError(`${what} cannot be kept: ${why}.`, { hint, reason: 'cannot_pin' })

/** Throws `UserError` (exit 2) when processes cannot be held to these cores here; `what` names where they were given. */
export function assertCores(cores: string | undefined, what: string): void {
  if (cores === undefined) return
  if (process.platform !== 'linux')
    throw cannot(`${what} ${cores}`, 'processes are held to cores on Linux only', 'Leave it out here.')
  const allowed = coresIn(allowedCores('self') ?? '') ?? []
  const foreign = (coresIn(cores) ?? []).filter((core) => !allowed.includes(core))
  if (foreign.length > 0)
    throw cannot(
      `${what} ${cores}`,
      `this process may run on ${coreList(allowed)}, not on ${coreList(foreign)}`,
      'Choose among those.',
    )
  if (spawnSync(tool, ['-c', cores, 'true'], { stdio: 'ignore' }).status !== 0)
    throw cannot(
      `${what} ${cores}`,
      `${tool} is missing, or may not do it`,
      'Install util-linux, or leave it out.',
    )
}

/**
 * Throws `UserError` (exit 2) when processes may not have this niceness, −20 (first) to 19 (last). It is tried on a process that does
 * nothing: limits, capabilities and containers decide it together.
 */
export function assertNice(nice: number | undefined): void {
  if (nice === undefined) return
  const step = String(nice - getPriority())
  const { stdout } = spawnSync('nice', ['-n', step, 'nice'], { encoding: 'utf8' })
  if (Number.parseInt(stdout ?? '', 10) === nice) return
  throw cannot(
    `generator.nice ${nice}`,
    'this account may not do that',
    'Run as root, or with `ulimit -e` raised (a container: `--cap-add SYS_NICE`), or choose 0 to 19.',
  )
}
