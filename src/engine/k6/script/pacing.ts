import { monotonic } from '../../journey/clock.js'
import type { Pacing, Schedule } from '../../journey/pacing.js'

/** Begins things at their instants by k6's timers, which tell whole milliseconds. */
export class TimerPacing implements Pacing {
  private next = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private resolve: () => void = () => {}

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
    const { count, due, begin, atOnce } = this.schedule
    const now = monotonic()
    for (let left = atOnce; left > 0 && this.next < count && due(this.next) <= now; left -= 1) {
      begin(this.next)
      this.next += 1
    }
    if (this.next >= count) {
      this.resolve()
      return
    }
    this.schedule.prepare(this.next)
    const left = Math.ceil((due(this.next) - monotonic()) / 1_000)
    this.timer = setTimeout(() => this.turn(), Math.max(0, left))
  }
}
