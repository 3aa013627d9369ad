import { monotonic } from '../journey/clock.js'
import type { Pacing, Schedule } from '../journey/pacing.js'

// Timers wake within about 0.3 ms of their instant; what is left is waited for busily.
const timerError = 300
// A longer turn of the loop did other work than waiting.
const emptyTurn = 30

/** Begins things at their instants: a timer, then a short spin. */
export class Pacer implements Pacing {
  private next = 0
  private prepared = -1
  private spinningSince: number | undefined
  private timer: NodeJS.Timeout | undefined
  private resolve: () => void = () => {}
  private stopped = false

  /** `spun` takes the microseconds that were waited busily, which are no work. */
  constructor(
    private readonly schedule: Schedule,
    private readonly spun: (time: number) => void,
  ) {}

  /** Resolves when all have begun, or it was stopped. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve
      this.turn()
    })
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.resolve()
  }

  private readonly turn = (): void => {
    if (this.stopped) return
    const { count, due, begin, atOnce } = this.schedule
    const now = monotonic()
    if (this.spinningSince !== undefined && now - this.spinningSince < emptyTurn)
      this.spun(now - this.spinningSince)
    this.spinningSince = undefined
    for (let left = atOnce; left > 0 && this.next < count && due(this.next) <= now; left -= 1) {
      begin(this.next)
      this.next += 1
    }
    if (this.next === count) {
      this.resolve()
      return
    }
    this.wait(due(this.next))
  }

  private wait(due: number): void {
    if (this.prepared < this.next) {
      this.prepared = this.next
      this.schedule.prepare(this.next)
    }
    const now = monotonic()
    const sleep = Math.floor((due - now - timerError) / 1_000)
    if (sleep >= 1) {
      this.timer = setTimeout(this.turn, sleep)
    } else {
      if (due > now) this.spinningSince = now
      setImmediate(this.turn)
    }
  }
}
