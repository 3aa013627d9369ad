import type { Interval } from '../../model/engine.js'
import type { Tally } from '../journey/tally.js'

/** Counts the samples of steps as they arrive from the workers, to weigh them against the steps that the workers counted. */
export class SampleCount {
  private steps = 0
  private answered = 0
  private queued = 0

  take({ metric, part, outcome, values }: Interval): void {
    if (metric === 'whole' || metric.startsWith('whole@')) return
    if (part === 'total') this.steps += values.length
    // Those that ended in an error say nothing of what the load needs while the target answers.
    if (outcome === 'error') return
    if (part === 'total') this.answered += values.length
    if (part === 'queue') for (const value of values) this.queued += value > 0 ? 1 : 0
  }

  /** Steps that ended and left no sample, or left one too many. */
  dropped(tallies: readonly Tally[]): number {
    const due = tallies.reduce((sum, { begun, unsampled }) => sum + begun - unsampled, 0)
    return Math.abs(due - this.steps)
  }

  /** Share of the steps that were answered well and had waited for a connection, 0 to 1. */
  get waited(): number {
    return this.answered === 0 ? 0 : this.queued / this.answered
  }
}
