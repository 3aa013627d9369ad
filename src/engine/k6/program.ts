import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { allowedCores } from '../../machine/placement.js'
import { coresIn } from '../../machine/cores.js'
import { onCores } from '../../machine/pin.js'
import { readRunDelays } from '../../machine/use.js'
import type { GeneratorConfig } from '../../model/config.js'
import { messageOf } from '../../model/errors.js'
import { Conductor } from './conductor.js'
import { quietEnv, type K6 } from './find.js'
import { Lines } from './lines.js'
import { usualEnv, usualFlags, variables } from './orders.js'
import { SampleReader } from './samples.js'
import { K6Vu } from './vu.js'

const tailLength = 20_000

/** How k6 says that it ended. Source: k6 documentation, "Exit codes". */
const endings: Readonly<Record<number, string>> = {
  97: 'it lost its own metrics',
  99: 'a threshold was crossed',
  104: 'the configuration is not valid',
  105: 'it was told to stop',
  106: 'its API could not be opened',
  107: 'the script threw an exception',
  108: 'the script ended the run',
  109: 'it panicked',
  110: 'the script marked the run as failed',
}

/** The message of a line of k6's log, without what surrounds it. */
const messageIn = (line: string): string => {
  const found = /\bmsg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[1]
  if (found === undefined) return line.trim()
  try {
    return found.startsWith('"') ? String(JSON.parse(found)) : found
  } catch {
    return found
  }
}

/** One k6 that runs a script, and the VUs in it. It ends when its parent does: nobody answers its VUs then. */
export class K6Program {
  readonly vus: readonly K6Vu[]
  /** It gives way to others. */
  readonly niced: boolean
  private readonly child: ChildProcess
  private tail = ''
  private ending = ''
  private gone = false
  /** A VU of it has asked what to do. */
  private heard = false
  private readonly path: string

  private constructor(
    k6: K6,
    script: string,
    control: string,
    private readonly conductor: Conductor,
    count: number,
    { cores, nice }: GeneratorConfig,
  ) {
    this.path = k6.path
    this.niced = (nice ?? getPriority()) > 0
    const [program = k6.path, ...before]: readonly string[] = [...onCores(cores), k6.path]
    const flags = ['run', '--quiet', ...usualFlags, '--no-color', '--address=', '--out', 'json']
    this.child = spawn(program, [...before, ...flags, script], {
      env: {
        ...usualEnv,
        ...quietEnv(process.env),
        [variables.control]: control,
        [variables.vus]: String(count),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C of a terminal goes to a whole group: k6 is to end in order, when it is told.
      detached: true,
    })
    this.vus = Array.from({ length: count }, (_, index) => new K6Vu(this, index))
    const reader = new SampleReader({
      sample: (vu, ...sample) => this.vus[vu]?.sample(...sample),
      receipt: (vu, ...receipt) => this.vus[vu]?.receipt(...receipt),
    })
    const lines = new Lines((line) => reader.take(line))
    this.child.stdout?.on('data', (chunk: Buffer) => {
      try {
        lines.feed(chunk)
      } catch (error) {
        this.end(messageOf(error))
        this.kill()
      }
    })
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.tail = (this.tail + chunk.toString('utf8')).slice(-tailLength)
    })
    this.child.on('error', (error) => this.end(messageOf(error)))
    // A program that it started may hold its pipes open for ever: what is in them by now is read, and no more.
    this.child.once('exit', () => setTimeout(() => this.shut(), 2_000).unref())
    this.child.once('close', (code, signal) => {
      this.end(signal ?? (code === null ? 'it ended' : (endings[code] ?? `exit code ${code}`)))
    })
    if (nice !== undefined && this.child.pid !== undefined) setPriority(this.child.pid, nice)
  }

  /** Starts k6 on a script file with `count` VUs. */
  static async start(k6: K6, script: string, count: number, generator: GeneratorConfig): Promise<K6Program> {
    let started: K6Program | undefined
    const conductor = new Conductor(
      (vu, word) => {
        if (started === undefined) return
        started.heard = true
        started.vus[vu]?.hear(word)
      },
      (vu) => started?.vus[vu]?.end(),
    )
    const control = await conductor.listen()
    started = new K6Program(k6, script, control, conductor, count, generator)
    return started
  }

  /** It runs, and all its VUs with it. */
  get whole(): boolean {
    return !this.gone && this.vus.every(({ alive }) => alive)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** CPU time until now, microseconds; 0 where the system does not tell. Source: proc_pid_stat(5), in ticks of 10 ms. */
  get cpu(): number {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10_000
    } catch {
      return 0
    }
  }

  /** What its threads waited for a core until now, microseconds together; undefined where the system does not tell. */
  get waited(): number | undefined {
    return this.pid === undefined ? undefined : readRunDelays(this.pid)
  }

  /** How many cores it may use. */
  get cores(): number {
    return coresIn((this.pid === undefined ? undefined : allowedCores(this.pid)) ?? '')?.length ?? 1
  }

  lastWords(): string {
    const lines = this.tail.trim().split('\n')
    const words = messageIn(
      lines.findLast((line) => /level=(error|fatal|panic)/.test(line)) ?? lines.at(-1) ?? '',
    )
    // A program that is none of k6 ends well, and says nothing.
    const mute = this.heard || words !== '' ? '' : 'it never asked what to do: is it k6?'
    return [`${this.path}: ${this.ending}`, words, mute].filter((one) => one !== '').join(': ')
  }

  order(vu: number, order: string): void {
    this.conductor.order(vu, order)
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private shut(): void {
    this.child.stdout?.destroy()
    this.child.stderr?.destroy()
  }

  /** Lets its VUs leave; by force after 3 s. */
  async close(): Promise<void> {
    if (!this.gone) {
      const over = once(this.child, 'close')
      const timer = setTimeout(() => this.kill(), 3_000)
      for (const { index } of this.vus) this.order(index, JSON.stringify({ type: 'leave' }))
      await over
      clearTimeout(timer)
    }
    this.conductor.close()
  }

  private end(how: string): void {
    if (this.gone) return
    this.gone = true
    this.ending = how
    this.conductor.close()
    for (const vu of this.vus) vu.end()
  }
}
