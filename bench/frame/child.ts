import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Cores on which the two sides of a measurement run, when the machine has two and `taskset`. */
export const cores = { generator: 0, target: 1 } as const

const mayUse = (core: number): boolean => {
  try {
    execFileSync('taskset', ['-c', String(core), 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// One by one: a list of cores is taken as soon as one of them exists.
const pinning = Object.values(cores).every(mayUse)

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

/** CPU that the threads of a process have used, microseconds; without those that have ended. NaN when it is gone. Linux. */
export function cpuOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + cpuOfThread(pid, task), 0)
  } catch {
    return NaN
  }
}

const cpuOfThread = (pid: number, task: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1_000
  } catch {
    // It ended since it was listed.
    return 0
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
