import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Cores on which the two sides of a measurement run, when the machine has two and `taskset`. */
export const cores = { generator: 0, target: 1 } as const

const pinning = ((): boolean => {
  try {
    execFileSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Said beside figures that were measured without pinning. */
export const pinned: string | undefined = pinning
  ? undefined
  : 'taskset or a second core is missing: both sides ran where they liked'

/** A command put onto one core where that is possible. */
export function onCore(core: number, command: string, args: readonly string[]): [string, string[]] {
  return pinning ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]]
}

/** A program of `bench/programs/`, compiled: its path. */
export const program = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))

/** A running program of ours. It prints one line of JSON for each answer. */
export interface Child {
  readonly pid: number
  /** The next line that it prints. Throws an Error when it ended instead. */
  answer(): Promise<unknown>
  stop(): Promise<void>
}

/** Starts a program of `bench/programs/` on a core. It gets a pipe as standard input, and ends when that closes. */
export function startProgram(name: string, core: number, args: readonly string[] = []): Child {
  const [command, all] = onCore(core, process.execPath, [program(name), ...args])
  const child = spawn(command, all, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    answer: async () => {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`the program "${name}" ended without an answer`)
      const parsed: unknown = JSON.parse(value)
      return parsed
    },
    stop: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000)
  await gone
  clearTimeout(timer)
}

/** CPU that all threads of a process have used, microseconds; NaN when it is gone. Linux. */
export function cpuOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce(
      (sum, task) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1_000,
      0,
    )
  } catch {
    return NaN
  }
}

/** Resident memory of a process, bytes; NaN when it is gone. Linux. */
export function memoryOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024
  } catch {
    return NaN
  }
}
