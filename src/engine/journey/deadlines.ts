import { monotonic } from './clock.js'
import type { Pending } from './reply.js'

/** A step whose time runs. Its neighbours are the list's to set. */
export interface Timed extends Pending {
  earlier: Timed | undefined
  later: Timed | undefined
}

const tick = 10

/**
 * Ends steps whose time is over. All have the same time-out, so they expire in the order in which they began. A chain that runs through
 * the steps: a `Set` of them is built anew every few dozen requests, and the collector keeps what its dead predecessors held.
 */
export class Deadlines {
  private first: Timed | undefined
  private last: Timed | undefined
  private readonly timer: ReturnType<typeof setInterval>

  /** `timeout` in microseconds. */
  constructor(private readonly timeout: number) {
    this.timer = setInterval(() => this.check(), tick)
  }

  add(step: Timed): void {
    step.earlier = this.last
    if (this.last === undefined) this.first = step
    else this.last.later = step
    this.last = step
  }

  /** Takes a step out; one that is not in, or no longer, is left alone. */
  delete(step: Timed): void {
    const { earlier, later } = step
    if (earlier === undefined && this.first !== step) return
    if (earlier === undefined) this.first = later
    else earlier.later = later
    if (later === undefined) this.last = earlier
    else later.earlier = earlier
    // A dead step that still points to a living one would live on in the old generation.
    step.earlier = undefined
    step.later = undefined
  }

  /** Takes out all that is under way, in the order in which it began. */
  drain(): Timed[] {
    const left: Timed[] = []
    for (let step = this.first; step !== undefined; step = this.first) {
      this.delete(step)
      left.push(step)
    }
    return left
  }

  close(): void {
    clearInterval(this.timer)
  }

  private check(): void {
    const limit = monotonic() - this.timeout
    for (let step = this.first; step !== undefined && step.split.begun <= limit; step = this.first) {
      this.delete(step)
      step.expire()
    }
  }
}
