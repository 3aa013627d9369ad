import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onCores } from '../machine/pin.js'
import type { Account } from './account.js'
import type { Watchdog } from './watchdog.js'

export interface ChildSpec {
  /** For messages: `Postgres`, `Redis`, `platform node n1`. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Runs under this account instead of ours. */
  readonly account?: Account | undefined
  /** The signal that ends it in good order, also when we die. */
  readonly stopSignal: NodeJS.Signals
  /** How long it may take over that before SIGKILL, milliseconds. */
  readonly graceMs: number
  /** Each line of its standard output; without it they are kept as last words. */
  readonly onLine?: (line: string) => void
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child {
  readonly name: string
  readonly pid: number
  /** Never rejects. A program that could not be started ends with neither code nor signal, and its last words say why. */
  readonly exited: Promise<Exit>
  hasExited(): boolean
  /** The last lines that it said, oldest first, at most 20: of standard error, and of standard output where nobody reads that. */
  lastWords(): readonly string[]
  /** Ends it, surely and within its grace plus what SIGKILL takes. */
  stop(): Promise<void>
}

/**
 * Starts a program that ends with us: at once by the kernel where it can (Linux), through the watchdog anywhere, and by a closed
 * standard input where it cares. It leads its own process group, so that Ctrl-C reaches only us and the order of stopping is ours.
 * `cores`: those that it and all its children are held to; all when absent.
 */
export function startChild(spec: ChildSpec, watchdog: Watchdog, cores?: string): Child {
  const [file, ...args] = [...dieWithParent(spec.stopSignal), ...onCores(cores), spec.file, ...spec.args]
  const child = spawn(file ?? spec.file, args, {
    cwd: spec.cwd,
    env: spec.env,
    ...spec.account,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const words: string[] = []
  child.stdin.on('error', () => undefined)
  const keep = (line: string): void => void (line.trim() !== '' && words.push(line) > 20 && words.shift())
  createInterface({ input: child.stdout }).on('line', spec.onLine ?? keep)
  createInterface({ input: child.stderr }).on('line', keep)
  const { pid } = child
  if (pid !== undefined) watchdog.add(pid, spec.stopSignal)
  let ended = false
  const exited = exitOf(child, words).then((exit) => {
    ended = true
    if (pid !== undefined) watchdog.drop(pid)
    return exit
  })
  return {
    name: spec.name,
    pid: pid ?? 0,
    exited,
    hasExited: () => ended,
    lastWords: () => words,
    stop: async () => {
      if (ended || pid === undefined) return
      child.stdin.end()
      child.kill(spec.stopSignal)
      const hard = setTimeout(() => killGroup(pid), spec.graceMs)
      await exited
      clearTimeout(hard)
    },
  }
}

function exitOf(child: ChildProcess, words: string[]): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      words.push(error.message)
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
    child.once('exit', (code, signal) => {
      // Its last words may still be in the pipe; a grandchild that keeps the pipe open must not hold us.
      const late = setTimeout(() => resolve({ code, signal }), 200)
      child.once('close', () => {
        clearTimeout(late)
        resolve({ code, signal })
      })
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It went by itself in the meantime.
  }
}

const helper = 'setpriv'
let helps: boolean | undefined

/** util-linux has it; BusyBox's program of the same name does not know the option. */
function dieWithParent(signal: NodeJS.Signals): string[] {
  helps ??=
    process.platform === 'linux' &&
    spawnSync(helper, ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
  return helps ? [helper, '--pdeathsig', signal.replace(/^SIG/, ''), '--'] : []
}
