import type { Run, UnitRecord } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import { decide, inWords } from './decide.js'
import { rateTolerance } from './rate.js'
import { isLook, plannedFor, type Compared, type Pair } from './units.js'

/** How a figure is called. */
type Head = Pick<MetricVerdict, 'name' | 'title' | 'step' | 'statistic' | 'unit' | 'better'>

/** A figure of one unit on one arm; undefined where there is none. */
type FigureOf = (run: Run, unit: UnitRecord) => number | undefined

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * A figure of each unit: its mean over these units on each arm, and the change where each unit has both. Without a tolerance it
 * is shown and never judged; with one it gates, where there is a control and both have it.
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
  if (is === undefined) return { ...shown, decision: 'no_data', reason: 'no_samples' }
  if (control === undefined) return { ...shown, decision: 'inconclusive', reason: 'no_control' }
  const ratios = rows.flatMap(({ group, confirmation, was: before, is: after }) => {
    if (before === undefined || after === undefined || before <= 0 || after <= 0) return []
    const logRatio = Math.log(after / before)
    return [{ group, confirmation, logRatio: head.better === 'lower' ? logRatio : -logRatio }]
  })
  const margins = tolerance ?? rateTolerance
  const words = inWords(
    decide(ratios, margins, isLook(all, final), plannedFor(all)),
    margins,
    head.better,
    final,
  )
  if (tolerance !== undefined && ratios.length === pairs.length)
    return { ...shown, ...words, role: 'gate', tolerance }
  const { change } = words
  return {
    ...shown,
    ...(change === undefined ? {} : { change }),
    decision: 'inconclusive',
    reason: 'diagnostic',
  }
}
