import { monotonic } from '../journey/clock.js'
import type { Recorder } from '../conduct/recorder.js'
import type { FromWorker } from '../journey/messages.js'
import type { Tally } from '../journey/tally.js'
import type { Unit } from '../journey/unit.js'
import type { UnitWatch } from '../journey/worker-health.js'

const every = 250

/** Hands on what a unit yields, four times a second, and the rest at its end. */
export class Reporting {
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly unit: Unit,
    private readonly recorder: Recorder,
    private readonly watch: UnitWatch,
    private readonly post: (message: FromWorker) => void,
  ) {
    this.timer = setInterval(() => this.report(this.now() / 1_000_000 - 1), every)
  }

  private tallies(): Tally[] {
    return this.unit.arms.map(({ tally }) => tally)
  }

  /** Hands on everything that is left. */
  end(): void {
    clearInterval(this.timer)
    this.report(Number.POSITIVE_INFINITY)
    this.post({
      type: 'done',
      tallies: this.tallies(),
      health: this.watch.end(),
      exemplars: this.recorder.exemplars(),
    })
  }

  private now(): number {
    return this.unit.start === 0 ? 0 : monotonic() - this.unit.start
  }

  // Seconds are handed on one late: most answers to their last journeys have come by then.
  private report(second: number): void {
    const intervals = this.recorder.take(Math.floor(second))
    if (intervals.length > 0) this.post({ type: 'intervals', intervals })
    for (const arm of this.unit.arms) {
      if (arm.receipts.length === 0) continue
      this.post({ type: 'receipts', arm: arm.arm, receipts: arm.receipts })
      arm.receipts = []
    }
    this.post({ type: 'progress', tallies: this.tallies() })
  }
}
