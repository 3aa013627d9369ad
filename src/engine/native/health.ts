import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { HistogramCounts } from '../../histogram/histogram.js'
import { clockGap, followWallClock, monotonic } from '../journey/clock.js'
import type { UnitWatch, WorkerHealth } from '../journey/worker-health.js'
import { Heartbeat } from './heartbeat.js'
import { readMachine, useBetween } from '../../machine/use.js'

const resolution = 10
/** A shorter stretch says little: the kernel counts in ticks of 10 ms. Microseconds. */
const shortest = 1_000_000

/** What is judged over a stretch of the unit. */
type Figures = Pick<WorkerHealth, 'eventLoopDelay' | 'cpu' | 'onCore' | 'gcPause' | 'machine'>

/** Watches the process from `begin` until `end`. */
export class HealthWatch implements UnitWatch {
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
  private readonly heartbeat = new Heartbeat()
  private spun = 0
  private underLoad: Figures | undefined

  begin(): void {
    this.cpu = process.cpuUsage()
    this.since = monotonic()
    this.machine = readMachine()
    this.clock = clockGap()
    followWallClock(this.clock)
    this.delay.enable()
    this.heartbeat.begin()
    this.observer.observe({ entryTypes: ['gc'] })
  }

  // A property: journeys call it without us.
  readonly lag = (value: number): void => {
    const lag = value > 0 ? value : 0
    this.lags.add(lag)
    if (lag > this.longestLag) this.longestLag = lag
  }

  /** Microseconds that the pacer spent waiting busily: not work. */
  spin(value: number): void {
    this.spun += value
  }

  /** Nothing more is begun: answers that never come would make a bad load look like a quiet hour. */
  loadEnded(): void {
    if (monotonic() - this.since >= shortest) this.underLoad = this.figures()
  }

  end(): WorkerHealth {
    this.delay.disable()
    const whole = this.figures()
    this.observer.disconnect()
    const load = this.underLoad ?? whole
    return {
      lags: this.lags.take().cells,
      longestLag: this.longestLag,
      eventLoopDelay: {
        p99: Math.max(load.eventLoopDelay.p99, whole.eventLoopDelay.p99),
        max: whole.eventLoopDelay.max,
      },
      cpu: Math.max(load.cpu, whole.cpu),
      onCore: load.onCore,
      gcPause: { ...whole.gcPause, share: Math.max(load.gcPause.share, whole.gcPause.share) },
      machine: {
        ...load.machine,
        runDelay: most(load.machine.runDelay, whole.machine.runDelay),
        steal: most(load.machine.steal, whole.machine.steal),
      },
      longestStop: this.heartbeat.end(),
      clockStep: Math.round(clockGap() - this.clock),
      short: this.short,
    }
  }

  /** From `begin` until now. */
  private figures(): Figures {
    this.keep(this.observer.takeRecords())
    const used = process.cpuUsage(this.cpu)
    const wall = Math.max(1, monotonic() - this.since)
    const onCore = used.user + used.system
    const paused = this.pauses.reduce((sum, pause) => sum + pause, 0)
    return {
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
    }
  }

  private keep(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) this.pauses.push(duration * 1_000)
  }
}

const most = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? (first ?? second) : Math.max(first, second)

/** Nanoseconds of the monitor, which include its own interval, as microseconds of delay. */
const beyond = (nanoseconds: number): number =>
  Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1_000) - resolution * 1_000) : 0
