import type { Tolerance } from '../model/scenario.js'
import { levelOfLook, totalLevels } from './sequential.js'
import { spreadOf, type Spread } from './spread.js'
import { studentUpper } from './student.js'

/** One unit of load: ln(candidate / control), such that more is worse, and the fresh start that it ran on. */
export interface PairedUnit {
  readonly group: number
  readonly logRatio: number
}

export interface PairedDecision {
  readonly decision: 'regression' | 'improvement' | 'pass' | 'undecided'
  /** Mean log ratio and its interval at the level of the pass side. */
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Spread of a unit's log ratio. */
  readonly sigma: number
  /** Smallest true log ratio that so many units of such a spread would have called a regression four times in five. */
  readonly smallest: number
  readonly n: number
  /** What the decision rests on; absent of fewer than three units. */
  readonly spread?: Spread
}

export interface Looks {
  readonly planned: readonly number[]
  /** Decide also between looks and past the last one: no more units will come. */
  readonly final: boolean
}

/** Fewer units say nothing about their own spread. */
export const fewestUnits = 3

/**
 * One-sided t tests against both margins. "Change ≤ ignore" rejected: regression. "Change ≥ reject" rejected: pass.
 * Neither, or not at a planned look: undecided. Fewer than three units are never decided.
 * The start is a level of variance of its own: see `spreadOf`.
 */
export function decidePaired(
  units: readonly PairedUnit[],
  tolerance: Tolerance,
  looks: Looks,
): PairedDecision {
  const { planned } = looks
  const n = units.length
  const spread = spreadOf(units.map(({ group, logRatio }) => ({ group, value: logRatio })))
  const { mean, error, sigma, freedom } = spread
  if (n < fewestUnits)
    return { decision: 'undecided', mean, low: -Infinity, high: Infinity, sigma: NaN, smallest: Infinity, n }
  const strict = studentUpper(levelOfLook(totalLevels.regression, planned), freedom) * error
  const wide = studentUpper(levelOfLook(totalLevels.pass, planned), freedom) * error
  const smallest = Math.log1p(tolerance.ignore) + strict + studentUpper(0.2, freedom) * error
  const decision = looks.final || planned.includes(n) ? decideBy(mean, strict, wide, tolerance) : 'undecided'
  return { decision, mean, low: mean - wide, high: mean + wide, sigma, smallest, n, spread }
}

/** Both margins against a mean log ratio and its half intervals, `strict` for a change, `wide` for a pass. */
export function decideBy(
  mean: number,
  strict: number,
  wide: number,
  tolerance: Tolerance,
): PairedDecision['decision'] {
  const ignore = Math.log1p(tolerance.ignore)
  if (mean - strict > ignore) return 'regression'
  if (mean + strict < -ignore) return 'improvement'
  return mean + wide < Math.log1p(tolerance.reject) ? 'pass' : 'undecided'
}

/** Whether fresh units alone show a change beyond what is ignored, one-sided at 5 %. Needs at least three of them. */
export function confirms(fresh: readonly PairedUnit[], tolerance: Tolerance): boolean {
  if (fresh.length < fewestUnits) return false
  // As one start: whether it differs from the others is what is asked.
  const { mean, error, freedom } = spreadOf(fresh.map(({ logRatio }) => ({ group: 0, value: logRatio })))
  return mean - studentUpper(0.05, freedom) * error > Math.log1p(tolerance.ignore)
}
