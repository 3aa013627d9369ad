import { encodeHistogram } from '../histogram/codec.js'
import { histogramOf } from '../histogram/histogram.js'
import { logLine } from '../histogram/interval-log.js'
import type { Counter } from '../model/artefact.js'
import type { Interval } from '../model/engine.js'

interface Waiting {
  readonly interval: Interval
  /** Whole seconds from the log's start. */
  readonly second: number
  readonly values: Uint32Array[]
}

const keyOf = (head: string | number, i: Interval): string =>
  JSON.stringify([head, i.metric, i.part, i.outcome])

/** Samples on their way to disk: gathered by second for the log, and summed up exactly for the counters. */
export class Samples {
  private waiting = new Map<string, Waiting>()
  private counters = new Map<string, Counter>()

  add(second: number, unit: number, interval: Interval): void {
    if (interval.values.length === 0) return
    const key = keyOf(second, interval)
    const known = this.waiting.get(key)
    if (known === undefined) this.waiting.set(key, { interval, second, values: [interval.values] })
    else known.values.push(interval.values)
    this.count(unit, interval)
  }

  /** Lines of the interval log for all that waited. A second whose samples are still coming is written again later: lines add. */
  takeLines(): string {
    const lines = [...this.waiting.values()]
      .sort((a, b) => a.second - b.second)
      .map(({ interval, second, values }) => {
        const all = together(values)
        const payload = encodeHistogram(histogramOf(all))
        return logLine({
          metric: interval.metric,
          part: interval.part,
          outcome: interval.outcome,
          second,
          max: highest(all),
          payload,
        })
      })
    this.waiting = new Map()
    return lines.join('')
  }

  takeCounters(): readonly Counter[] {
    const all = [...this.counters.values()]
    this.counters = new Map()
    return all
  }

  private count(unit: number, interval: Interval): void {
    const key = keyOf(unit, interval)
    const known = this.counters.get(key)
    let sum = known?.sum ?? 0
    let min = known?.min ?? Infinity
    let max = known?.max ?? 0
    for (const value of interval.values) {
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    }
    const { metric, part, outcome } = interval
    this.counters.set(key, {
      unit,
      metric,
      part,
      outcome,
      count: (known?.count ?? 0) + interval.values.length,
      sum,
      min,
      max,
    })
  }
}

function together(values: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(values.reduce((sum, some) => sum + some.length, 0))
  let at = 0
  for (const some of values) {
    all.set(some, at)
    at += some.length
  }
  return all
}

function highest(values: Uint32Array): number {
  let max = 0
  for (const value of values) if (value > max) max = value
  return max
}
