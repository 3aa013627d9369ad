import type { FromWorker, ToWorker } from '../journey/messages.js'

type MessageOf<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>

/** One that carries out its share of a plan, wherever it runs. */
export abstract class Worker {
  private readonly listeners = new Set<(message: FromWorker | undefined) => void>()
  alive = true

  /** Of its process; undefined when it could not be started. */
  abstract get pid(): number | undefined

  /** How it ended, and the last error that it wrote, else its last line. */
  abstract lastWords(): string

  abstract send(message: ToWorker): void

  abstract kill(): void

  /** Hears all messages, and `undefined` when it is gone. Returns what ends the listening. */
  listen(listener: (message: FromWorker | undefined) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The next message of some types; undefined when it is gone. */
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

  protected tell(message: FromWorker): void {
    for (const listener of this.listeners) listener(message)
  }

  protected lose(): void {
    if (!this.alive) return
    this.alive = false
    for (const listener of this.listeners) listener(undefined)
  }
}
