import { histogramOf, mergeHistograms, type Histogram } from '../../src/histogram/histogram.js'
import type { LatencyQuery, Run, UnitEvent, UnitRecord } from '../../src/model/artefact.js'
import type { Arm } from '../../src/model/plan.js'
import { run } from './runs.js'

/** What was sampled in one second of the log. */
export interface Sampled {
  readonly metric: string
  readonly outcome: string
  readonly second: number
  readonly latency: Histogram
}

export const sampled = (
  second: number,
  values: readonly number[],
  outcome = 'won',
  metric = 'reserve',
): Sampled => ({ metric, outcome, second, latency: histogramOf(values) })

export type Unit = Partial<UnitRecord> & Pick<UnitRecord, 'offset' | 'seconds'>

/** A run in memory whose samples are known second by second, in real histograms. */
export function recorded(
  arm: Arm,
  units: readonly Unit[],
  samples: readonly Sampled[],
  events: readonly UnitEvent[] = [],
): Run {
  const empty = run(arm, [])
  const [blank] = empty.file.units
  if (blank === undefined) throw new Error('The run of the helper has no unit')
  const all = units.map((unit, index): UnitRecord => ({ ...blank, phase: 'measure', index, ...unit }))
  const by = new Map<string, Sampled[]>()
  for (const one of samples) {
    const key = `${one.metric}|${one.outcome}`
    const known = by.get(key)
    if (known === undefined) by.set(key, [one])
    else known.push(one)
  }
  const inUnits = (second: number): boolean =>
    all.some(
      ({ phase, offset, seconds }) => phase === 'measure' && second >= offset && second < offset + seconds,
    )
  const find = ({ metric, outcome = 'won' }: LatencyQuery): readonly Sampled[] =>
    (by.get(`${metric}|${outcome}`) ?? []).filter(({ second }) => inUnits(second))
  return {
    ...empty,
    file: { ...empty.file, units: all },
    events: () => events,
    metrics: () => [...new Set(samples.map(({ metric }) => metric))],
    outcomes: (metric) => [
      ...new Set(samples.filter((one) => one.metric === metric).map(({ outcome }) => outcome)),
    ],
    latency: (query) => {
      const found = find(query)
      return found.length === 0 ? undefined : mergeHistograms(found.map(({ latency }) => latency))
    },
    series: (query) => find(query).map(({ second, latency }) => ({ second, latency })),
  }
}
