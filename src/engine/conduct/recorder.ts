import type { Exemplar, Interval, Part } from '../../model/engine.js'
import type { Arm } from '../../model/plan.js'
import { micros, type Micros } from '../../model/time.js'
import {
  partsOfKind,
  type Sample,
  type SampleKey,
  type SampleKind,
  type SampleTaker,
} from '../journey/sample.js'
import { Numbers } from './numbers.js'

/** Samples of one key whose intended start lies in one second. */
class Bucket {
  private readonly columns: readonly Numbers[]
  private count = 0

  constructor(
    readonly second: number,
    private readonly parts: readonly Part[],
  ) {
    this.columns = parts.map(() => new Numbers())
  }

  /** Most parts take no time, most of the time: their zeros are only counted. */
  add(sample: Sample): void {
    this.count += 1
    for (let index = 0; index < sample.length; index += 1) {
      const value = sample[index] ?? 0
      if (value > 0) this.columns[index]?.push(value)
    }
  }

  /** A part that took no time at all in this second is left out. */
  intervals(key: SampleKey): Interval[] {
    return this.parts.flatMap((part, index) => {
      const column = this.columns[index]
      if (column === undefined || (column.length === 0 && index > 1)) return []
      return [{ ...key, part, second: this.second, values: column.taken(this.count) }]
    })
  }
}

const kept = 10

interface Slow {
  readonly key: SampleKey
  readonly n: number
  readonly at: number
  readonly sample: Sample
  readonly parts: readonly Part[]
}

/** The slowest few of one metric. While a target slows down each sample is the slowest so far: that must cost next to nothing. */
class Slowest {
  private readonly slow: Slow[] = []
  private least = -1
  private leastAt = 0

  offer(key: SampleKey, n: number, at: number, sample: Sample, parts: readonly Part[]): void {
    if (sample[0] <= this.least) return
    const one = { key, n, at, sample, parts }
    if (this.slow.length < kept) this.slow.push(one)
    else this.slow[this.leastAt] = one
    if (this.slow.length === kept) this.findLeast()
  }

  /** Slowest first. */
  all(): Exemplar[] {
    return this.slow
      .map(({ key, n, at, sample, parts }) => ({ ...key, n, at: micros(at), parts: partsOf(sample, parts) }))
      .toSorted(slowestFirst)
  }

  private findLeast(): void {
    this.least = Number.POSITIVE_INFINITY
    for (let index = 0; index < kept; index += 1) {
      const total = this.slow[index]?.sample[0] ?? 0
      if (total >= this.least) continue
      this.least = total
      this.leastAt = index
    }
  }
}

/** Samples of one key. */
class Series {
  private readonly parts: readonly Part[]
  private readonly buckets = new Map<number, Bucket>()
  private last: Bucket | undefined

  constructor(
    private readonly key: SampleKey,
    kind: SampleKind,
    private readonly slowest: Slowest,
  ) {
    this.parts = partsOfKind[kind]
  }

  add(n: number, at: number, sample: Sample): void {
    const second = Math.floor(at / 1_000_000)
    if (this.last?.second !== second) this.last = this.bucketOf(second)
    this.last.add(sample)
    this.slowest.offer(this.key, n, at, sample, this.parts)
  }

  take(before: number): Interval[] {
    const taken: Interval[] = []
    for (const [second, bucket] of this.buckets) {
      if (second >= before) continue
      this.buckets.delete(second)
      if (this.last === bucket) this.last = undefined
      taken.push(...bucket.intervals(this.key))
    }
    return taken
  }

  private bucketOf(second: number): Bucket {
    const found = this.buckets.get(second)
    if (found !== undefined) return found
    const made = new Bucket(second, this.parts)
    this.buckets.set(second, made)
    return made
  }
}

interface Metric {
  readonly slowest: Slowest
  readonly byOutcome: Map<string, Series>
}

/** Keeps every sample until its second is handed on, and the slowest few of each metric. */
export class Recorder implements SampleTaker {
  private readonly metrics: Readonly<Record<Arm, Map<string, Metric>>> = {
    control: new Map(),
    candidate: new Map(),
  }

  add(key: SampleKey, n: number, at: number, sample: Sample, kind: SampleKind): void {
    const series = this.metrics[key.arm].get(key.metric)?.byOutcome.get(key.outcome) ?? this.open(key, kind)
    series.add(n, at, sample)
  }

  /** Hands on the seconds before `second`, and forgets them; a late sample opens its second again. */
  take(second: number): Interval[] {
    return this.all().flatMap(({ byOutcome }) =>
      [...byOutcome.values()].flatMap((series) => series.take(second)),
    )
  }

  exemplars(): Exemplar[] {
    return this.all().flatMap(({ slowest }) => slowest.all())
  }

  private all(): Metric[] {
    return Object.values(this.metrics).flatMap((metrics) => [...metrics.values()])
  }

  private open(key: SampleKey, kind: SampleKind): Series {
    const metrics = this.metrics[key.arm]
    let metric = metrics.get(key.metric)
    if (metric === undefined) {
      metric = { slowest: new Slowest(), byOutcome: new Map() }
      metrics.set(key.metric, metric)
    }
    const series = new Series(key, kind, metric.slowest)
    metric.byOutcome.set(key.outcome, series)
    return series
  }
}

const totalOf = (exemplar: Exemplar): number => exemplar.parts.total ?? 0

const partsOf = (sample: Sample, names: readonly Part[]): Exemplar['parts'] => {
  const parts: Partial<Record<Part, Micros>> = { total: micros(sample[0]) }
  for (const [index, part] of names.entries()) {
    const value = sample[index] ?? 0
    if (value > 0) parts[part] = micros(value)
  }
  return parts
}

const slowestFirst = (a: Exemplar, b: Exemplar): number => totalOf(b) - totalOf(a)

/** The slowest few of each metric, of those that several workers kept. */
export function slowestOf(exemplars: readonly Exemplar[]): Exemplar[] {
  const groups = new Map<string, Exemplar[]>()
  for (const exemplar of exemplars) {
    const name = `${exemplar.arm}|${exemplar.metric}`
    groups.set(name, [...(groups.get(name) ?? []), exemplar])
  }
  return [...groups.values()].flatMap((group) => group.toSorted(slowestFirst).slice(0, kept))
}
