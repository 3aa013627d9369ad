import type { Exemplar, Interval, Part } from '../../model/engine.js'
import type { Arm } from '../../model/plan.js'
import { micros, type Micros } from '../../model/time.js'
import { Numbers } from './numbers.js'

/** Parts in which a sample comes; `total` first. */
export const recorded = [
  'total',
  'service',
  'lag',
  'queue',
  'connect',
  'tls',
  'send',
  'wait',
  'receive',
  'page',
  'upgrade',
  'join',
  'reply',
  'effect',
] as const satisfies Part[]
type RecordedPart = (typeof recorded)[number]

/** A timed step or journey, whole microseconds. Parts that it cannot have are left out. */
export type Sample = Readonly<Partial<Record<RecordedPart, number>>> & { readonly total: number }

/** What a sample is of, and with it the parts that it may have. */
export type SampleKind = 'request' | 'whole' | 'page'

const partsOfKind: Readonly<Record<SampleKind, readonly RecordedPart[]>> = {
  request: ['total', 'service', 'lag', 'queue', 'connect', 'tls', 'send', 'wait', 'receive'],
  whole: ['total', 'service', 'lag'],
  page: ['total', 'service', 'lag', 'send', 'connect', 'page', 'upgrade', 'join', 'reply', 'effect'],
}

/** Which samples belong together. */
export interface SampleKey {
  readonly arm: Arm
  readonly metric: string
  readonly outcome: string
}

class Bucket {
  private readonly columns = new Map<RecordedPart, Numbers>()
  private readonly used = new Set<RecordedPart>(['total', 'service'])

  constructor(
    private readonly key: SampleKey,
    private readonly second: number,
    private readonly names: readonly RecordedPart[],
  ) {
    for (const part of names) this.columns.set(part, new Numbers())
  }

  add(sample: Sample): void {
    for (const part of this.names) {
      const value = sample[part] ?? 0
      this.columns.get(part)?.push(value)
      if (value > 0) this.used.add(part)
    }
  }

  /** A part that took no time at all in this second is left out. */
  intervals(): Interval[] {
    return this.names
      .filter((part) => this.used.has(part))
      .map((part) => ({
        ...this.key,
        part,
        second: this.second,
        values: this.columns.get(part)?.taken() ?? new Uint32Array(),
      }))
  }
}

const kept = 10

/** Keeps every sample until its second is handed on, and the slowest few of each metric. */
export class Recorder {
  private readonly seconds = new Map<number, Map<string, Bucket>>()
  private readonly slowest = new Map<string, Exemplar[]>()

  /** `at` is the intended start, microseconds of the unit. */
  add(key: SampleKey, n: number, at: number, sample: Sample, kind: SampleKind): void {
    const second = Math.floor(at / 1_000_000)
    let buckets = this.seconds.get(second)
    if (buckets === undefined) this.seconds.set(second, (buckets = new Map()))
    const name = `${key.arm}|${key.metric}|${key.outcome}`
    let bucket = buckets.get(name)
    if (bucket === undefined) buckets.set(name, (bucket = new Bucket(key, second, partsOfKind[kind])))
    bucket.add(sample)
    this.keepSlow(key, n, at, sample)
  }

  /** Hands on the seconds before `second`, and forgets them; a late sample opens its second again. */
  take(second: number): Interval[] {
    const taken: Interval[] = []
    for (const [number, buckets] of this.seconds) {
      if (number >= second) continue
      this.seconds.delete(number)
      for (const bucket of buckets.values()) taken.push(...bucket.intervals())
    }
    return taken
  }

  exemplars(): Exemplar[] {
    return [...this.slowest.values()].flat()
  }

  private keepSlow(key: SampleKey, n: number, at: number, sample: Sample): void {
    const name = `${key.arm}|${key.metric}`
    const list = this.slowest.get(name) ?? []
    if (list.length === kept && sample.total <= totalOf(list.at(-1))) return
    const exemplar = { ...key, n, at: micros(at), parts: partsOf(sample) }
    this.slowest.set(name, slowestFirst([...list, exemplar]).slice(0, kept))
  }
}

const totalOf = (exemplar: Exemplar | undefined): number => exemplar?.parts.total ?? 0

const partsOf = (sample: Sample): Exemplar['parts'] => {
  const parts: Partial<Record<Part, Micros>> = { total: micros(sample.total) }
  for (const part of recorded) {
    const value = sample[part] ?? 0
    if (value > 0) parts[part] = micros(value)
  }
  return parts
}

const slowestFirst = (list: Exemplar[]): Exemplar[] => list.toSorted((a, b) => totalOf(b) - totalOf(a))

/** The slowest few of each arm and metric among those of several workers. */
export function slowestOf(exemplars: readonly Exemplar[]): Exemplar[] {
  const groups = new Map<string, Exemplar[]>()
  for (const exemplar of exemplars) {
    const name = `${exemplar.arm}|${exemplar.metric}`
    groups.set(name, [...(groups.get(name) ?? []), exemplar])
  }
  return [...groups.values()].flatMap((group) => slowestFirst(group).slice(0, kept))
}
