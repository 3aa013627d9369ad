import type { UnitRecord } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import { figureMetric } from './figure-metric.js'
import { gatingPairs, type Compared, type Pair } from './units.js'

/** What a frame carries is counted, not timed, and between equal builds it hardly differs. */
const sizeTolerance: Tolerance = { ignore: 0.05, reject: 0.2 }
/** Fewer frames in a unit, on average, show neither. */
const least = 50

const countOf = (unit: UnitRecord | undefined, step: string): number =>
  unit?.accounting.frames[step]?.count ?? 0

/** Of each step that opened a page or topic: the bytes of a frame that came unasked, and how many came for each journey. */
export function frameMetrics(compared: Compared): readonly MetricVerdict[] {
  const pairs = gatingPairs(compared.pairs)
  const units = pairs.flatMap(({ candidate, control }) => [
    candidate,
    ...(control === undefined ? [] : [control]),
  ])
  const steps = [...new Set(units.flatMap(({ accounting }) => Object.keys(accounting.frames)))].toSorted()
  return steps.flatMap((step) => ofStep(compared, pairs, step))
}

/** No data, which is no pass, of a candidate that sent not one frame where the control did. */
function ofStep(compared: Compared, pairs: readonly Pair[], step: string): readonly MetricVerdict[] {
  const sum = (of: (pair: Pair) => number): number => pairs.reduce((total, pair) => total + of(pair), 0)
  const is = sum(({ candidate }) => countOf(candidate, step))
  const was = sum(({ control }) => countOf(control, step))
  const shows = Math.max(is, was) >= least * pairs.length
  const silent = shows && is === 0
  const of = (
    what: string,
    figure: (unit: UnitRecord) => number | undefined,
    better: MetricVerdict['better'] = 'lower',
  ): MetricVerdict => {
    const found = figureMetric(
      compared,
      pairs,
      { name: `${step} ${what}`, step, statistic: what, unit: 'count', better },
      (_, unit) => (shows ? figure(unit) : undefined),
      sizeTolerance,
    )
    return silent ? { ...found, decision: 'no_data', reason: 'no_samples' } : found
  }
  const journeys = (better: MetricVerdict['better']): MetricVerdict =>
    of(
      'frames a journey',
      (unit) => {
        const { started } = unit.accounting
        return started === 0 ? undefined : countOf(unit, step) / started
      },
      better,
    )
  return [
    of('bytes a frame', ({ accounting }) => {
      const frames = accounting.frames[step]
      return frames === undefined || frames.count === 0 ? undefined : frames.bytes / frames.count
    }),
    worseOf(journeys('lower'), journeys('higher')),
  ]
}

const gravity: readonly MetricVerdict['decision'][] = ['pass', 'inconclusive', 'no_data', 'regression']

/** More frames are doubled ones, fewer are lost ones: neither is better. */
function worseOf(more: MetricVerdict, fewer: MetricVerdict): MetricVerdict {
  const gravityOf = ({ decision }: MetricVerdict): number => gravity.indexOf(decision)
  return gravityOf(fewer) > gravityOf(more) ? fewer : more
}
