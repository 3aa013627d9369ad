import type { Run, UnitRecord } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import type { PairedUnit } from '../stats/paired.js'
import type { Fresh } from './decide.js'
import { judgeRatios } from './ratios.js'
import { rateTolerance } from './rate.js'
import type { Compared, Pair } from './units.js'

/** How a figure is called. */
type Head = Pick<MetricVerdict, 'name' | 'title' | 'step' | 'statistic' | 'unit' | 'better'>

/** A figure of one unit on one arm; undefined where there is none. */
type FigureOf = (run: Run, unit: UnitRecord) => number | undefined

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

interface Row extends Pair {
  readonly is: number | undefined
  readonly was: number | undefined
}

/**
 * A figure of each unit: its mean over these units on each arm, and the change where each unit has both. Without a tolerance it
 * is shown and never judged. With one it gates wherever the control has it: a unit that lacks it on one arm is left out, and where
 * most units do it is inconclusive, `too_few_samples`.
 */
export function figureMetric(
  { candidate, control, pairs: all, final }: Compared,
  pairs: readonly Pair[],
  head: Head,
  of: FigureOf,
  tolerance?: Tolerance,
): MetricVerdict {
  const rows = pairs.map((pair) => ({
    ...pair,
    is: of(candidate, pair.candidate),
    was: control === undefined || pair.control === undefined ? undefined : of(control, pair.control),
  }))
  const is = mean(rows.flatMap((row) => row.is ?? []))
  const was = mean(rows.flatMap((row) => row.was ?? []))
  const shown = {
    ...head,
    role: 'diagnostic',
    units: pairs.length,
    ...(was === undefined ? {} : { control: was }),
    ...(is === undefined ? {} : { candidate: is }),
  } as const
  const gates = tolerance !== undefined && was !== undefined
  if (is === undefined && !gates) return { ...shown, decision: 'no_data', reason: 'no_samples' }
  if (control === undefined) return { ...shown, decision: 'inconclusive', reason: 'no_control' }
  const ratios = logRatios(rows, head.better)
  const margins = tolerance ?? rateTolerance
  const words = judgeRatios(ratios, { pairs: all, final }, margins, head.better)
  if (gates) {
    const judged = { ...shown, ...words, role: 'gate', tolerance } as const
    const missing = ratios.length < pairs.length / 2
    return missing ? { ...judged, decision: 'inconclusive', reason: 'too_few_samples' } : judged
  }
  const { change } = words
  return {
    ...shown,
    ...(change === undefined ? {} : { change }),
    decision: 'inconclusive',
    reason: 'diagnostic',
  }
}

/**
 * ln(candidate / control) of the units that both have, such that more is worse. Where one of them is 0, which has no logarithm, all
 * get half an event more, over the journeys of a unit: none on both arms is no change, and something instead of none is a great one.
 */
function logRatios(rows: readonly Row[], better: MetricVerdict['better']): readonly Fresh<PairedUnit>[] {
  const none = rows.some(({ is, was }) => is === 0 || was === 0)
  return rows.flatMap(({ group, confirmation, candidate, control, is, was }) => {
    if (is === undefined || was === undefined || control === undefined) return []
    const journeys = (candidate.accounting.started + control.accounting.started) / 2
    const half = none ? 0.5 / Math.max(1, journeys) : 0
    if (is + half <= 0 || was + half <= 0) return []
    const logRatio = Math.log((is + half) / (was + half))
    return [{ group, confirmation, logRatio: better === 'lower' ? logRatio : -logRatio }]
  })
}
