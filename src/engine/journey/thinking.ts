import { monotonic } from './clock.js'

/** The time that a journey spent thinking, counted once where thoughts overlap. Microseconds. */
export class Thinking {
  private total = 0
  private active = 0
  private since = 0

  think(time: number): Promise<void> {
    if (this.active === 0) this.since = monotonic()
    this.active += 1
    return new Promise((resolve) => {
      setTimeout(() => {
        this.active -= 1
        if (this.active === 0) this.total += monotonic() - this.since
        resolve()
      }, time / 1_000)
    })
  }

  /** All of it until `now`. */
  until(now: number): number {
    return this.total + (this.active > 0 ? now - this.since : 0)
  }
}
