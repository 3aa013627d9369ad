import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { onCores } from '../../machine/pin.js'
import type { GeneratorConfig } from '../../model/config.js'
import { compiled } from '../../model/package.js'
import { isFromWorker, type FromWorker, type ToWorker } from './messages.js'

type MessageOf<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>

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
export class Worker {
  private readonly child: ChildProcess
  private readonly listeners = new Set<(message: FromWorker | undefined) => void>()
  private tail = ''
  private ending = ''
  alive = true

  constructor({ cores, nice, sourceAddresses = [] }: GeneratorConfig) {
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

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid
  }

  /** How it ended, and the last error that it wrote to standard error, else its last line. */
  lastWords(): string {
    const lines = this.tail.trim().split('\n')
    const words = (lines.findLast((line) => anError.test(line)) ?? lines.at(-1) ?? '').trim()
    return [this.ending, words].filter((one) => one !== '').join(': ')
  }

  /** Hears all messages, and `undefined` when the process is gone. Returns what ends the listening. */
  listen(listener: (message: FromWorker | undefined) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The next message of some types; undefined when the process is gone. */
  next<T extends FromWorker['type']>(...types: readonly T[]): Promise<MessageOf<T> | undefined> {
    const wanted: ReadonlySet<string> = new Set(types)
    const isWanted = (message: FromWorker): message is MessageOf<T> => wanted.has(message.type)
    if (!this.alive) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const end = this.listen((message) => {
        if (message !== undefined && !isWanted(message)) return
        end()
        resolve(message)
      })
    })
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

  private lose(): void {
    if (!this.alive) return
    this.alive = false
    this.tell(undefined)
  }

  private tell(message: FromWorker | undefined): void {
    for (const listener of this.listeners) listener(message)
  }
}

/** Worker processes, kept between runs. */
export class Workers {
  private readonly kept: Worker[] = []

  constructor(private readonly config: GeneratorConfig = {}) {}

  /** `wanted` living workers; more are started, none is ended. */
  take(wanted: number): Worker[] {
    const living = this.kept.filter(({ alive }) => alive)
    while (living.length < wanted) living.push(new Worker(this.config))
    this.kept.splice(0, this.kept.length, ...living)
    return living.slice(0, wanted)
  }

  async close(): Promise<void> {
    await Promise.all(this.kept.splice(0).map((worker) => worker.close()))
  }
}
