import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { HistogramCounts, type Cell } from '../../histogram/histogram.js'
import { monotonic } from './clock.js'
import { readMachine, useBetween, type MachineUse } from './machine.js'

/** What a worker says of itself over one unit. Microseconds; shares of wall time from 0 to 1. */
export interface WorkerHealth {
  /** How late journeys began. */
  readonly lags: readonly Cell[]
  readonly longestLag: number
  readonly eventLoopDelay: { readonly p99: number; readonly max: number }
  /** Without the pacing spin. */
  readonly cpu: number
  /** With it. */
  readonly onCore: number
  readonly gcPause: {
    readonly count: number
    readonly max: number
    readonly total: number
    readonly share: number
  }
  readonly machine: MachineUse
  /** Wall clock minus monotonic clock: how far it moved. */
  readonly clockStep: number
  /** It may have fewer connections open than the plan allows, for want of descriptors. */
  readonly short: boolean
}

const resolution = 10

/** Watches the process from `begin` until `end`. */
export class HealthWatch {
  /** Connections are few for want of descriptors. */
  short = false
  private readonly lags = new HistogramCounts()
  private longestLag = 0
  private readonly delay = monitorEventLoopDelay({ resolution })
  private readonly pauses: number[] = []
  private cpu = process.cpuUsage()
  private since = monotonic()
  private machine = readMachine()
  private clock = clockGap()
  private readonly observer = new PerformanceObserver((list) => this.keep(list.getEntries()))
  private spun = 0

  begin(): void {
    this.cpu = process.cpuUsage()
    this.since = monotonic()
    this.machine = readMachine()
    this.clock = clockGap()
    this.delay.enable()
    this.observer.observe({ entryTypes: ['gc'] })
  }

  lag(value: number): void {
    const lag = value > 0 ? value : 0
    this.lags.add(lag)
    if (lag > this.longestLag) this.longestLag = lag
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
    const wall = Math.max(1, monotonic() - this.since)
    const onCore = used.user + used.system
    const paused = this.pauses.reduce((sum, pause) => sum + pause, 0)
    return {
      lags: this.lags.take().cells,
      longestLag: this.longestLag,
      eventLoopDelay: { p99: beyond(this.delay.percentile(99)), max: beyond(this.delay.max) },
      cpu: Math.min(1, Math.max(0, (onCore - this.spun) / wall)),
      onCore: onCore / wall,
      gcPause: {
        count: this.pauses.length,
        max: Math.round(Math.max(0, ...this.pauses)),
        total: Math.round(paused),
        share: Math.min(1, paused / wall),
      },
      machine: useBetween(this.machine, readMachine(), wall),
      clockStep: Math.round(clockGap() - this.clock),
      short: this.short,
    }
  }

  private keep(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) this.pauses.push(duration * 1_000)
  }
}

/** Nanoseconds of the monitor, which include its own interval, as microseconds of delay. */
const beyond = (nanoseconds: number): number =>
  Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1_000) - resolution * 1_000) : 0

/** Wall clock minus monotonic clock, microseconds: the median of a few, since a reading may be interrupted between the two. */
const clockGap = (): number =>
  Array.from({ length: 5 }, () => Date.now() * 1_000 - monotonic()).toSorted((a, b) => a - b)[2] ?? 0
