import type { Sleeper, Timers } from './timers.js'

/** One timer for all that a socket waits for: it rings at the earliest instant asked for, and its owner looks what is due. */
export class Alarm implements Sleeper {
  private at = Infinity
  private timer: { close(): void } | undefined

  constructor(
    private readonly timers: Timers,
    private readonly owner: Sleeper,
  ) {}

  get isSet(): boolean {
    return this.timer !== undefined
  }

  /** Rings at `at`, microseconds, or before. Infinity: not at all. */
  by(at: number): void {
    if (at >= this.at) return
    this.timer?.close()
    this.at = at
    this.timer = this.timers.after(Math.max(0, at - this.timers.now()), this)
  }

  stop(): void {
    this.timer?.close()
    this.timer = undefined
    this.at = Infinity
  }

  ring(): void {
    this.at = Infinity
    this.timer = undefined
    this.owner.ring()
  }
}
