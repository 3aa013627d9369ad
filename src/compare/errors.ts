import type { Run, UnitRecord } from '../model/artefact.js'
import type { Arm } from '../model/plan.js'
import type { ArmError, MetricVerdict } from '../model/verdict.js'
import type { Share } from '../stats/shares.js'
import { pooled, shareOf } from '../stats/shares.js'
import { decideShares, shareWords } from './decide.js'
import { isLook, measured, type Compared } from './units.js'

/** A tenth of a point more errors is none: one in a thousand. */
export const errorMargin = 0.001

/** Steps that ended in an error which is not the generator's. */
export function errorsOf(unit: UnitRecord, whose: readonly string[] = ['target', 'edge']): Share {
  const { errors, steps } = unit.accounting
  return {
    hits: errors.reduce((sum, error) => sum + (whose.includes(error.class) ? error.count : 0), 0),
    of: steps.begun,
  }
}

/** Errors of the measured units, those of one arm, step and reason as one; the most frequent first. */
export function errorsByKind(runs: Readonly<Partial<Record<Arm, Run>>>): readonly ArmError[] {
  const kinds = new Map<string, ArmError>()
  for (const arm of ['candidate', 'control'] as const) {
    const run = runs[arm]
    if (run === undefined) continue
    for (const error of measured(run).flatMap(({ accounting }) => accounting.errors)) {
      const key = JSON.stringify([arm, error.step, error.class, error.reason])
      kinds.set(key, { ...error, arm, count: error.count + (kinds.get(key)?.count ?? 0) })
    }
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count)
}

/**
 * Share of steps that ended in an error. A regression when it is surely more than the control's by over a tenth of a point; else it
 * passes: how many errors are too many is the budget's to say.
 */
export function errorShare({ control, pairs, final }: Compared): readonly MetricVerdict[] {
  const is = pooled(pairs.map((pair) => errorsOf(pair.candidate)))
  if (is.of === 0) return []
  const head = {
    name: 'error share',
    step: 'whole',
    statistic: 'error share',
    unit: 'share',
    better: 'lower',
    units: pairs.length,
  } as const
  if (control === undefined)
    return [
      { ...head, candidate: shareOf(is), role: 'diagnostic', decision: 'inconclusive', reason: 'no_control' },
    ]
  const both = pairs.flatMap((pair) =>
    pair.control === undefined
      ? []
      : [
          {
            confirmation: pair.confirmation,
            control: errorsOf(pair.control),
            candidate: errorsOf(pair.candidate),
          },
        ],
  )
  const found = decideShares(both, errorMargin, isLook({ pairs, final }))
  const figures = {
    control: found.control,
    candidate: found.candidate,
    role: 'gate',
    ...shareWords(found, both, errorMargin),
  } as const
  if (!found.regression) return [{ ...head, ...figures, decision: 'pass', reason: 'within_tolerance' }]
  const confirmed = found.confirmed === undefined ? {} : { confirmed: found.confirmed }
  return [{ ...head, ...figures, decision: 'regression', reason: 'more_errors', ...confirmed }]
}
