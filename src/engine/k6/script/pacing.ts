import { monotonic } from '../../journey/clock.js'
import type { Pacing, Schedule } from '../../journey/pacing.js'

/** By how much a timer of k6's rings late at most, microseconds: Go's runtime sleeps for whole milliseconds. */
const timerError = 1_000
/** This part of a VU's time at most is waited busily: its event loop does nothing else meanwhile. */
const busyShare = 0.1

/** Begins things at their instants: a timer rings before, and then the clock is looked at until it is time. */
export class TimerPacing implements Pacing {
  private next = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private resolve: () => void = () => {}
  /** For how long may be waited busily, microseconds, by what was known at `since`. */
  private allowance = timerError
  private since = monotonic()

  constructor(private readonly schedule: Schedule) {}

  run(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve
      this.turn()
    })
  }

  stop(): void {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.next = this.schedule.count
    this.resolve()
  }

  private turn(): void {
    const { count, due, begin, prepare, atOnce } = this.schedule
    const now = this.next < count ? this.awaitShortly(due(this.next)) : 0
    for (let left = atOnce; left > 0 && this.next < count && due(this.next) <= now; left -= 1) {
      begin(this.next)
      this.next += 1
    }
    if (this.next >= count) {
      this.resolve()
      return
    }
    prepare(this.next)
    const rest = due(this.next) - this.allowance - monotonic()
    this.timer = setTimeout(() => this.turn(), Math.max(0, rest) / 1_000)
  }

  /** Waits busily until an instant, unless that is too far off. Returns the time. */
  private awaitShortly(instant: number): number {
    const from = monotonic()
    let now = from
    // Not while somebody sets the clock back.
    if (instant - from <= this.allowance) while (now < instant && now >= from) now = monotonic()
    const earned = (now - this.since) * busyShare
    this.allowance = Math.min(timerError, Math.max(0, this.allowance + earned - (now - from)))
    this.since = now
    return now
  }
}
