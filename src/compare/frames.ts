import type { Run, UnitRecord } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import { figureMetric } from './figure-metric.js'
import { gatingPairs, type Compared } from './units.js'

/** What a frame carries is counted, not timed, and between equal builds it hardly differs. Source: statistics.md, "Work". */
const sizeTolerance: Tolerance = { ignore: 0.05, reject: 0.2 }
/** Fewer frames in a unit show neither. */
const least = 50

const framesOf = (unit: UnitRecord, step: string) => {
  const frames = unit.accounting.frames[step]
  return frames === undefined || frames.count < least ? undefined : frames
}

/** Of each step that opened a page or topic: the bytes of a frame that came unasked, and how many came for each journey. */
export function frameMetrics(compared: Compared): readonly MetricVerdict[] {
  const pairs = gatingPairs(compared.pairs)
  const steps = [
    ...new Set(pairs.flatMap((pair) => Object.keys(pair.candidate.accounting.frames))),
  ].toSorted()
  const of = (step: string, what: string, figure: (run: Run, unit: UnitRecord) => number | undefined) =>
    figureMetric(
      compared,
      pairs,
      { name: `${step} ${what}`, step, statistic: what, unit: 'count', better: 'lower' },
      figure,
      sizeTolerance,
    )
  return steps.flatMap((step) => [
    of(step, 'bytes a frame', (_, unit) => {
      const frames = framesOf(unit, step)
      return frames === undefined ? undefined : frames.bytes / frames.count
    }),
    of(step, 'frames a journey', (_, unit) => {
      const frames = framesOf(unit, step)
      return frames === undefined || unit.accounting.started === 0
        ? undefined
        : frames.count / unit.accounting.started
    }),
  ])
}
