import { spawnSync, type SpawnSyncOptions, type SpawnSyncReturns } from 'node:child_process'

/**
 * Runs a program to its end, at most three minutes, and returns what it wrote to standard output. Throws an error of one line
 * with the last thing that it complained of.
 */
export function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): string {
  const done = spawnSync(file, args, {
    cwd,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 180_000,
  })
  if (done.error) throw new Error(`${file}: ${done.error.message}`)
  if (done.status === 0) return done.stdout
  const said = `${done.stdout}\n${done.stderr}`.split('\n').filter((line) => line.trim() !== '')
  throw new Error(`${file} ${args[0] ?? ''}: ${said.at(-1) ?? `ended with ${done.status ?? done.signal}`}`)
}

/**
 * Runs a program that is to answer at once, and takes its text. One that does not within `patience` milliseconds is killed with a
 * signal that it cannot ignore, and `error` says so.
 */
export function runBriefly(
  file: string,
  args: readonly string[],
  patience: number,
  options: SpawnSyncOptions = {},
): SpawnSyncReturns<string> {
  return spawnSync(file, args, { ...options, encoding: 'utf8', timeout: patience, killSignal: 'SIGKILL' })
}

/** Whether a program of this name is on PATH and answers at all. */
export function exists(file: string): boolean {
  return runBriefly(file, ['--version'], 20_000, { stdio: 'ignore' }).error === undefined
}
