import { ofMetrics } from '../../src/compare/figures-findings.js'
import { byWeight, exitOf } from '../../src/compare/findings.js'
import { judgeRatios } from '../../src/compare/ratios.js'
import { wanted } from '../../src/compare/wants.js'
import type { Fresh } from '../../src/compare/decide.js'
import type { Wants } from '../../src/compare/input.js'
import type { Taken } from '../../src/compare/units.js'
import { afterStart, nothingTaken, unitsAStart, wantOf } from '../../src/jobs/want.js'
import type { Tolerance } from '../../src/model/scenario.js'
import type { MetricVerdict } from '../../src/model/verdict.js'
import type { PairedUnit } from '../../src/stats/paired.js'
import type { Starts } from './noise.js'

/** A metric as a gate meets it: what each unit will give, when it is measured. */
export interface Series {
  readonly tolerance: Tolerance
  readonly starts: Starts
}

/** How a gate of one scenario ended. */
export interface Ending {
  readonly metrics: readonly MetricVerdict[]
  readonly starts: number
  /** Units that led to the decision, and those that confirmed it. */
  readonly units: number
  readonly confirmations: number
}

/** Starts that a gate may take at most: series must be as long. */
export const mostStarts = (maxUnits: number): number => Math.floor(maxUnits / unitsAStart) + 1

/**
 * A gate of one scenario over log ratios that are known beforehand: looks, decision, confirmation and what is wanted next are the
 * judge's own and the gate's own; only the measuring is left out.
 */
export function runGate(series: readonly Series[], maxUnits: number): Ending {
  let taken = nothingTaken
  let want: Wants = 'more_units'
  const placed: { readonly group: number; readonly kind: 'slices'; readonly confirmation: boolean }[] = []
  const judge = (capReached: boolean): ReturnType<typeof judged> =>
    judged(series, { pairs: placed, final: capReached })
  while (want !== 'nothing') {
    const { starts: group } = taken
    const confirmation = want === 'confirmation'
    for (let unit = 0; unit < unitsAStart; unit += 1) placed.push({ group, kind: 'slices', confirmation })
    taken = afterStart(taken, want)
    want = wantOf(taken, judge(false), { fresh: true, maxUnits })
  }
  const confirmations = placed.filter(({ confirmation }) => confirmation).length
  const { metrics } = judge(true)
  return { metrics, starts: taken.starts, units: placed.length - confirmations, confirmations }
}

function judged(
  series: readonly Series[],
  taken: Taken,
): { readonly metrics: readonly MetricVerdict[]; readonly wants: Wants; readonly exit: number } {
  const metrics = series.map(({ tolerance, starts }): MetricVerdict => {
    const units = taken.pairs.map(({ group, confirmation }, index): Fresh<PairedUnit> => ({
      group,
      confirmation,
      logRatio: starts[group]?.[index % unitsAStart] ?? NaN,
    }))
    return {
      name: 'step p50',
      step: 'step',
      statistic: 'p50',
      unit: 'us',
      better: 'lower',
      role: 'gate',
      tolerance,
      ...judgeRatios(units, taken, tolerance, 'lower'),
    }
  })
  const findings = byWeight(ofMetrics(metrics, false))
  const wants = wanted(taken, {
    paired: true,
    capReached: taken.final,
    findings,
    metrics,
    budgets: [],
    mayRecover: false,
    mix: [],
  })
  return { metrics, wants, exit: exitOf(findings[0]?.outcome ?? 'pass') }
}
