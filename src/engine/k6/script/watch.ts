import { HistogramCounts, Histogram } from '../../../histogram/histogram.js'
import { monotonic } from '../../journey/clock.js'
import type { UnitWatch, WorkerHealth } from '../../journey/worker-health.js'

const tick = 20

/**
 * Watches one VU: how late its journeys began, and how late its timers ring. What the process of k6 does is told by whoever started it;
 * here it is empty.
 */
export class VuWatch implements UnitWatch {
  private readonly lags = new HistogramCounts()
  private readonly delays = new HistogramCounts()
  private longestLag = 0
  private longestDelay = 0
  private timer: ReturnType<typeof setInterval> | undefined
  private last = 0

  begin(): void {
    this.last = monotonic()
    this.timer = setInterval(() => {
      const now = monotonic()
      const delay = Math.max(0, now - this.last - tick * 1_000)
      this.delays.add(delay)
      this.longestDelay = Math.max(this.longestDelay, delay)
      this.last = now
    }, tick)
  }

  readonly lag = (value: number): void => {
    const lag = Math.max(0, value)
    this.lags.add(lag)
    this.longestLag = Math.max(this.longestLag, lag)
  }

  loadEnded(): void {}

  end(): WorkerHealth {
    if (this.timer !== undefined) clearInterval(this.timer)
    const delays = new Histogram(this.delays.take().cells)
    return {
      lags: this.lags.take().cells,
      longestLag: this.longestLag,
      eventLoopDelay: { p99: delays.quantile(0.99), max: this.longestDelay },
      cpu: 0,
      onCore: 0,
      gcPause: { count: 0, max: 0, total: 0, share: 0 },
      machine: { runDelay: undefined, steal: undefined, busy: undefined, allowed: 0 },
      longestStop: 0,
      clockStep: 0,
      short: false,
    }
  }
}
