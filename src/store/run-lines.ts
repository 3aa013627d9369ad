import { join } from 'node:path'
import type { Interval } from '../model/engine.js'
import { Appender } from './appender.js'
import { jsonLine } from './json.js'
import { runFiles } from './names.js'
import { Samples } from './samples.js'

const lineFiles = ['receipts', 'events', 'slowest', 'probes'] as const
type LineFile = (typeof lineFiles)[number]

const nothing = (): Record<LineFile, string[]> => ({ receipts: [], events: [], slowest: [], probes: [] })

/** Longest time for which a sample or a line is in memory only, milliseconds: what a crash may cost. */
const flushEvery = 5_000

/** The files of a run that grow line by line. */
export class RunLines {
  private readonly samples = new Samples()
  private readonly latency: Appender
  private readonly counters: Appender
  private readonly files: Readonly<Record<LineFile, Appender>>
  private waiting = nothing()
  private timer: NodeJS.Timeout | undefined
  private failure: unknown
  private closed = false

  constructor(folder: string, head: string) {
    const appender = (file: keyof typeof runFiles) => new Appender(join(folder, runFiles[file]))
    this.latency = appender('latency')
    this.counters = appender('counters')
    this.files = {
      receipts: appender('receipts'),
      events: appender('events'),
      slowest: appender('slowest'),
      probes: appender('probes'),
    }
    this.latency.append(head)
  }

  interval(second: number, unit: number, interval: Interval): void {
    if (this.closed) return
    this.samples.add(second, unit, interval)
    this.flushLater()
  }

  add(file: LineFile, line: object): void {
    if (this.closed) return
    this.waiting[file].push(jsonLine(line, runFiles[file]))
    this.flushLater()
  }

  /** Writes all that waits, counters included. Throws what an earlier write in the background met. */
  flush(): void {
    this.write()
    this.counters.append(
      this.samples
        .takeCounters()
        .map((counter) => jsonLine(counter, runFiles.counters))
        .join(''),
    )
    if (this.failure !== undefined) throw this.failure
  }

  close(): void {
    if (this.closed) return
    try {
      this.flush()
    } finally {
      this.closed = true
      for (const file of [this.latency, this.counters, ...Object.values(this.files)]) file.close()
    }
  }

  private write(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.latency.append(this.samples.takeLines())
    const waiting = this.waiting
    this.waiting = nothing()
    for (const file of lineFiles) this.files[file].append(waiting[file].join(''))
  }

  private flushLater(): void {
    this.timer ??= setTimeout(() => {
      try {
        this.write()
      } catch (error) {
        this.failure ??= error
      }
    }, flushEvery).unref()
  }
}
