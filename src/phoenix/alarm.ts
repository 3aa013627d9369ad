import type { Timers } from './timers.js'

/** One timer for all that a socket waits for: it rings at the earliest instant asked for, and its owner looks what is due. */
export class Alarm {
  private at = Infinity
  private cancel: (() => void) | undefined
  private readonly run: () => void

  constructor(
    private readonly timers: Timers,
    ring: () => void,
  ) {
    this.run = () => {
      this.at = Infinity
      this.cancel = undefined
      ring()
    }
  }

  get isSet(): boolean {
    return this.cancel !== undefined
  }

  /** Rings at `at`, microseconds, or before. Infinity: not at all. */
  by(at: number): void {
    if (at >= this.at) return
    this.cancel?.()
    this.at = at
    this.cancel = this.timers.after(Math.max(0, at - this.timers.now()), this.run)
  }

  stop(): void {
    this.cancel?.()
    this.cancel = undefined
    this.at = Infinity
  }
}
