import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { onCores } from '../../machine/pin.js'
import type { GeneratorConfig } from '../../model/config.js'
import { compiled } from '../../model/package.js'
import { Worker } from '../conduct/worker.js'
import { isFromWorker, type ToWorker } from '../journey/messages.js'

// What the engine says of itself when its memory is full comes after the words, and is long.
const tailLength = 10_000
const anError = /^(?:FATAL ERROR|(?:Uncaught )?\w*(?:Error|Exception)(?: \[\w+\])?):/

/**
 * Room for the young: a collection copies what is under way, and within a burst that is everything. No helpers at it: a pause would end
 * when the last of them has had a core, which target and stores share. And a word to ask for one, see `sweep`.
 */
const collector = [
  '--min-semi-space-size=48',
  '--max-semi-space-size=48',
  '--no-parallel-scavenge',
  '--expose-gc',
]

/** One worker process. */
class WorkerProcess extends Worker {
  private readonly child: ChildProcess
  private tail = ''
  private ending = ''

  constructor({ cores, nice, sourceAddresses = [] }: GeneratorConfig) {
    super()
    // Held to its cores from its first thread on: the program before it does that and becomes it.
    const [program, ...before] = [...onCores(cores), process.execPath]
    this.child = fork(compiled('src/engine/native/worker.js'), sourceAddresses, {
      serialization: 'advanced',
      execPath: program,
      execArgv: [...before, ...collector],
      // What a scenario prints must not mix with what a command prints for machines.
      stdio: ['ignore', 2, 'pipe', 'ipc'],
    })
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.tail = (this.tail + chunk.toString('utf8')).slice(-tailLength)
    })
    this.child.on('message', (message) => {
      if (isFromWorker(message)) this.tell(message)
    })
    this.child.on('error', ({ message }) => {
      this.ending = message
      this.lose()
    })
    this.child.once('exit', (code, signal) => {
      this.ending = signal ?? `exit code ${code}`
      this.lose()
    })
    // Threads inherit it from the one that starts them, and there is only one yet.
    if (nice !== undefined && this.child.pid !== undefined) setPriority(this.child.pid, nice)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** How it ended, and the last error that it wrote to standard error, else its last line. */
  lastWords(): string {
    const lines = this.tail.trim().split('\n')
    const words = (lines.findLast((line) => anError.test(line)) ?? lines.at(-1) ?? '').trim()
    return [this.ending, words].filter((one) => one !== '').join(': ')
  }

  send(message: ToWorker): void {
    if (this.alive && this.child.connected) this.child.send(message, () => {})
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  /** Ends it by closing its channel; by force after 2 s. */
  async close(): Promise<void> {
    if (!this.alive) return
    const gone = once(this.child, 'exit')
    const timer = setTimeout(() => this.kill(), 2_000)
    if (this.child.connected) this.child.disconnect()
    await gone
    clearTimeout(timer)
  }
}

/** Worker processes, kept between runs. */
export class Workers {
  private readonly kept: WorkerProcess[] = []

  constructor(private readonly config: GeneratorConfig = {}) {}

  /** `wanted` living workers; more are started, none is ended. */
  take(wanted: number): WorkerProcess[] {
    const living = this.kept.filter(({ alive }) => alive)
    while (living.length < wanted) living.push(new WorkerProcess(this.config))
    this.kept.splice(0, this.kept.length, ...living)
    return living.slice(0, wanted)
  }

  async close(): Promise<void> {
    await Promise.all(this.kept.splice(0).map((worker) => worker.close()))
  }
}
