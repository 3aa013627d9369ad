import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { cores, onCore } from '../frame/child.js'

/** What a command printed, and the CPU that it used: microseconds. */
export interface Finished {
  readonly stdout: string
  readonly cpu: number
}

/** Whether a command can be started. */
export const isCommand = (command: string): boolean => spawnSync(command, ['--version']).error === undefined

/** Runs a command on the generator's core. Its CPU is that of all its threads and children, to the millisecond. */
export async function timed(command: string, args: readonly string[]): Promise<Finished> {
  const [first, rest] = onCore(cores.generator, command, args)
  const { stdout, stderr } = await promisify(execFile)(
    'bash',
    // What it says itself must not mix with the two numbers of `time`.
    ['-c', 'TIMEFORMAT="%3U %3S"; time "$@" 2>/dev/null', 'timed', first, ...rest],
    { encoding: 'utf8', maxBuffer: 16_000_000 },
  )
  const [user = NaN, system = NaN] = stderr.trim().split(' ').map(Number)
  return { stdout, cpu: (user + system) * 1_000_000 }
}
