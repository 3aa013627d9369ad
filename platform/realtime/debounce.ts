/** Work that is asked for often and done once a while: at the end of a stretch that begins when it is first asked for. */
export class Debounce {
  readonly #due = new Map<string, NodeJS.Timeout>()

  constructor(readonly milliseconds: number) {}

  /** Runs `work` when the stretch is over; asking again meanwhile, by the same key, asks for nothing more. */
  ask(key: string, work: () => void): void {
    if (this.#due.has(key)) return
    const timer = setTimeout(() => {
      this.#due.delete(key)
      work()
    }, this.milliseconds)
    timer.unref()
    this.#due.set(key, timer)
  }

  stop(): void {
    for (const timer of this.#due.values()) clearTimeout(timer)
    this.#due.clear()
  }
}
