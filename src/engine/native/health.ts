import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { Numbers } from './numbers.js'

/** What a worker says of itself over one unit. Microseconds. */
export interface WorkerHealth {
  readonly lags: Uint32Array
  readonly eventLoopDelay: { readonly p99: number; readonly max: number }
  readonly cpu: number
  readonly gcPause: { readonly count: number; readonly max: number; readonly total: number }
}

const resolution = 10

/** Watches the process from `begin` until `end`. */
export class HealthWatch {
  private readonly lags = new Numbers()
  private readonly delay = monitorEventLoopDelay({ resolution })
  private readonly pauses: number[] = []
  private cpu = process.cpuUsage()
  private since = performance.now()
  private readonly observer = new PerformanceObserver((list) => this.keep(list.getEntries()))
  private spun = 0

  begin(): void {
    this.cpu = process.cpuUsage()
    this.since = performance.now()
    this.delay.enable()
    this.observer.observe({ entryTypes: ['gc'] })
  }

  lag(value: number): void {
    this.lags.push(value)
  }

  /** Microseconds that the pacer spent waiting busily: not work. */
  spin(value: number): void {
    this.spun += value
  }

  end(): WorkerHealth {
    this.delay.disable()
    this.keep(this.observer.takeRecords())
    this.observer.disconnect()
    const used = process.cpuUsage(this.cpu)
    const wall = Math.max(1, (performance.now() - this.since) * 1_000)
    return {
      lags: this.lags.taken(),
      eventLoopDelay: { p99: beyond(this.delay.percentile(99)), max: beyond(this.delay.max) },
      cpu: Math.min(1, Math.max(0, (used.user + used.system - this.spun) / wall)),
      gcPause: {
        count: this.pauses.length,
        max: Math.round(Math.max(0, ...this.pauses)),
        total: Math.round(this.pauses.reduce((sum, pause) => sum + pause, 0)),
      },
    }
  }

  private keep(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) this.pauses.push(duration * 1_000)
  }
}

/** Nanoseconds of the monitor, which include its own interval, as microseconds of delay. */
const beyond = (nanoseconds: number): number =>
  Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1_000) - resolution * 1_000) : 0
