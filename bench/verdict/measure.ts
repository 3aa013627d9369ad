import { defaultMaxUnits } from '../../src/config/read.js'
import { unitsAStart } from '../../src/jobs/want.js'
import { canaries, type Traffic } from './canary.js'
import { effects, meanCurve, mostUnits, pointOf, type Point } from './curve.js'
import { drawsOf } from './draws.js'
import { mostStarts } from './loop.js'
import { noises, sessionOf } from './noise.js'
import { poolsOf, rebuilt, resampled, type Pool } from './replay.js'
import { replay, type Replayed } from './replays.js'
import { requestsOf } from './requests.js'
import { canaryAlarms, canaryCaught, noiseRows, replayRows, wideRow, type VerdictRow } from './rows.js'
import type { RecordedSeries } from './series.js'
import { allCells, mayGate, wideAlarms, type Cell, type Sizes } from './spreads.js'

/** All that the bench finds. */
export interface Measured {
  readonly rows: readonly VerdictRow[]
  readonly cells: readonly Cell[]
  readonly replayed: readonly Replayed[]
  /** Of synthetic noise, and of the medians of real series; the second is empty where none was recorded. */
  readonly curve: readonly Point[]
  readonly realCurve: readonly Point[]
}

export const fullSizes: Sizes = {
  same: 10_000,
  changed: 3_000,
  wide: 1_000,
  curve: 250,
  replays: 1_000,
  canaries: 20_000,
}
/** Shows that everything runs; no figure of it says anything. */
export const quickSizes: Sizes = { same: 20, changed: 20, wide: 2, curve: 3, replays: 10, canaries: 20 }

const starts = mostStarts(defaultMaxUnits)

/** Measures the verdict with seeded draws. `log` tells people how far it is. */
export function measure(
  sizes: Sizes,
  series: readonly RecordedSeries[],
  seed: string,
  log: (line: string) => void,
): Measured {
  log('noise')
  const cells = allCells(sizes, seed)
  log('gates of many metrics')
  const wide = noises.map((noise) => wideRow(noise.name, wideAlarms(noise, sizes.wide, seed)))
  log('operating curve')
  const curve = meanCurve(noises.map(({ name }) => curveOf(name, sizes.curve, seed)))
  log('real series')
  const pools = poolsOf(series)
  const replayed = pools.map((pool) => replay(pool, sizes.replays, seed))
  const medians = pools.filter(({ name }) => name.endsWith(' p50'))
  const each = Math.ceil((2 * sizes.curve) / Math.max(1, medians.length))
  const realCurve = meanCurve(medians.map((pool) => realCurveOf(pool, each, seed)))
  log('canaries')
  const rows = [
    ...noiseRows(cells, slowestStart(series)),
    ...wide,
    ...replayRows(replayed),
    ...canaryRows(sizes.canaries, seed),
  ]
  return { rows, cells, replayed, curve, realCurve }
}

/** Seconds of a start for one scenario, the longest that was recorded. NaN where none was: no guess holds a goal. */
const slowestStart = (series: readonly RecordedSeries[]): number => {
  const seconds = series.flatMap(({ scenarios }) =>
    scenarios.flatMap(({ secondsAStart }) => secondsAStart ?? []),
  )
  return seconds.length === 0 ? NaN : Math.max(...seconds)
}

const curveOf = (name: string, sessions: number, seed: string): readonly Point[] => {
  const noise = noises.find((one) => one.name === name)
  if (noise === undefined) return []
  return effects.map((effect) => {
    const draws = drawsOf(`${seed} curve ${name} ${effect}`)
    return pointOf(effect, sessions, () => {
      const ratios = sessionOf({ noise, sigma: mayGate, effect }, draws, starts, unitsAStart)
      return { ratios, units: requestsOf(ratios, draws, mostUnits) }
    })
  })
}

const realCurveOf = (pool: Pool, sessions: number, seed: string): readonly Point[] =>
  effects.map((effect) => {
    const draws = drawsOf(`${seed} real curve ${pool.name} ${effect}`)
    return pointOf(effect, sessions, () => rebuilt(resampled(pool, effect, starts, draws), draws, mostUnits))
  })

/** A reserve step at the rate of a scenario's `ci` profile, with as many errors as the smoke profile allows at most. */
const usual: Traffic = { perSecond: 200, part: 0.1, hits: 0.001, times: 10, event: 1 }
const slow: Traffic = { ...usual, hits: 0.01 }
/** Longest that a canary is waited for, and how long one runs that is as good as its control. */
const longest = 1_800
const quietMinutes = 15

function canaryRows(cases: number, seed: string): readonly VerdictRow[] {
  const caught = (id: string, kind: string, traffic: Traffic, asked: boolean): VerdictRow =>
    canaryCaught(id, kind, traffic, canaries(traffic, longest, Math.ceil(cases / 20), seed), asked)
  const clean = (id: string, kind: string, traffic: Traffic): VerdictRow => {
    const same = { ...traffic, times: 1 }
    return canaryAlarms(id, kind, same, quietMinutes, canaries(same, quietMinutes * 60, cases, seed))
  }
  return [
    caught('errors', 'errors', usual, true),
    caught('slow', 'requests over a threshold', slow, true),
    caught('errors.less-traffic', 'errors', { ...usual, perSecond: 50 }, false),
    caught('errors.more-traffic', 'errors', { ...usual, perSecond: 1_000 }, false),
    caught('errors.bursts', 'errors', { ...usual, event: 2 }, false),
    clean('errors', 'errors', usual),
    clean('errors.bursts', 'errors', { ...usual, event: 2 }),
    clean('slow', 'requests over a threshold', slow),
  ]
}
