import { monotonic } from './clock.js'
import type { Pending } from './reply.js'

const tick = 10

/** Ends steps whose time is over. All have the same time-out, so they expire in the order in which they began. */
export class Deadlines {
  private readonly pending = new Set<Pending>()
  private readonly timer: NodeJS.Timeout

  /** `timeout` in microseconds. */
  constructor(private readonly timeout: number) {
    this.timer = setInterval(() => this.check(), tick)
  }

  add(pending: Pending): void {
    this.pending.add(pending)
  }

  delete(pending: Pending): void {
    this.pending.delete(pending)
  }

  /** Takes out all that is under way. */
  drain(): Pending[] {
    const left = [...this.pending]
    this.pending.clear()
    return left
  }

  close(): void {
    clearInterval(this.timer)
  }

  private check(): void {
    const limit = monotonic() - this.timeout
    for (const pending of this.pending) {
      if (pending.split.begun > limit) return
      this.pending.delete(pending)
      pending.expire()
    }
  }
}
