import { median } from '../frame/rounds.js'
import type { Fault } from './fault.js'
import type { Outcome } from './one-run.js'
import { interval } from './share.js'

/** What all runs of a fault came to. Times in microseconds. */
export interface Summary {
  readonly name: string
  readonly about: string
  readonly goal: string
  /** Its runs are to be called invalid. */
  readonly caught: boolean
  readonly holds: boolean
  readonly runs: number
  readonly invalid: number
  readonly share: number
  /** 95 %. */
  readonly interval: readonly [low: number, high: number]
  readonly degraded: number
  /** How often a rule called a run invalid. */
  readonly rules: Readonly<Record<string, number>>
  readonly doubts: Readonly<Record<string, number>>
  /** What the fault does to what is measured: the median run less the median reference, but of what is `missing` the mean of all runs. */
  readonly harm: {
    readonly p50: number
    readonly p99: number
    readonly missing: number
    readonly stamp: number
  }
}

/** At least so many of a fault's runs must be called invalid; at most so many of clean ones; never one for a slow target. */
const goals = { caught: 0.99, clean: 0.01, mixedUp: 0 } as const

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

export function summaryOf(
  fault: Fault,
  references: readonly Outcome[],
  outcomes: readonly Outcome[],
): Summary {
  const invalid = outcomes.filter((one) => one.invalid).length
  const share = invalid / outcomes.length
  const atMost = fault.name === 'clean' ? goals.clean : goals.mixedUp
  const off = (of: (outcome: Outcome) => number): number =>
    middle(outcomes.map(of)) - middle(references.map(of))
  return {
    name: fault.name,
    about: fault.about,
    goal:
      fault.goal === 'invalid'
        ? `≥ ${goals.caught * 100} % invalid`
        : atMost === 0
          ? 'never invalid'
          : `≤ ${atMost * 100} % invalid`,
    caught: fault.goal === 'invalid',
    holds: fault.goal === 'invalid' ? share >= goals.caught : share <= atMost,
    runs: outcomes.length,
    invalid,
    share,
    interval: interval(invalid, outcomes.length),
    degraded: outcomes.filter(({ invalid: is, doubts }) => !is && doubts.length > 0).length,
    rules: tally(outcomes.flatMap(({ rules }) => rules)),
    doubts: tally(outcomes.flatMap(({ doubts }) => doubts)),
    harm: {
      p50: off(({ p50 }) => p50),
      p99: off(({ p99 }) => p99),
      missing: outcomes.reduce((sum, { missing }) => sum + missing, 0) / outcomes.length,
      stamp: off(({ stamp }) => stamp),
    },
  }
}

const middle = (values: readonly number[]): number => median(values.filter((value) => !Number.isNaN(value)))

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const ms = (time: number): string => `${(time / 1_000).toFixed(1)} ms`
const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** A paragraph for people. */
export function wordsOf(summary: Summary): string {
  const [low, high] = summary.interval
  const { p50, p99, missing, stamp } = summary.harm
  const harm = [
    ...(Number.isNaN(p50) ? [] : [`p50 ${ms(p50)}`, `p99 ${ms(p99)}`]),
    ...(missing > 0.0005 ? [`${percent(missing)} of the journeys left no latency`] : []),
    ...(stamp > 0 ? [`stamps of the wall clock ${ms(stamp)}`] : []),
  ]
  return [
    `${summary.name}: ${summary.about}`,
    `  called invalid ${summary.invalid} of ${summary.runs} runs, ${percent(summary.share)} (95 %: ${percent(low)} to ${percent(high)}); goal ${summary.goal}: ${summary.holds ? 'holds' : 'MISSED'}`,
    ...(summary.invalid > 0 ? [`  by ${counts(summary.rules)}`] : []),
    ...(Object.keys(summary.doubts).length > 0
      ? [`  doubts: ${counts(summary.doubts)}; ${summary.degraded} runs were degraded`]
      : []),
    ...(summary.caught ? [`  what was measured is off by: ${harm.join(', ')}`] : []),
  ].join('\n')
}
