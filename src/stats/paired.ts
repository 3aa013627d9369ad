import type { Tolerance } from '../model/scenario.js'
import { levelOfLook, totalLevels } from './sequential.js'
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
  /** Spread between starts that the units of one start do not show; undefined where starts cannot be told from units. */
  readonly between?: number | undefined
  /** Smallest true log ratio that so many units of such a spread would have called a regression four times in five. */
  readonly smallest: number
  readonly n: number
}

export interface Looks {
  readonly planned: readonly number[]
  /** Decide also between looks and past the last one: no more units will come. */
  readonly final: boolean
}

/** Fewer units say nothing about their own spread. */
export const fewestUnits = 3

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const squares = (values: readonly number[], around: number): number =>
  values.reduce((sum, value) => sum + (value - around) ** 2, 0)

/**
 * One-sided t tests against both margins. "Change ≤ ignore" rejected: regression. "Change ≥ reject" rejected: pass.
 * Neither, or not at a planned look: undecided. Fewer than three units are never decided.
 *
 * The start is a level of variance of its own: the standard error is the larger of two. One takes all units as equals (s / √n).
 * The other adds to the pooled spread within starts the spread between starts, estimated by the method of moments
 * (τ² = (MS between − MS within) / n₀, not below 0), as w² / n + τ² Σ nᵢ² / n². Degrees of freedom: units − starts, at
 * least 2; where each unit has a start of its own, units − 1.
 */
export function decidePaired(
  units: readonly PairedUnit[],
  tolerance: Tolerance,
  looks: Looks,
): PairedDecision {
  const { planned } = looks
  const n = units.length
  const values = units.map((unit) => unit.logRatio)
  const mean = average(values)
  if (n < fewestUnits)
    return { decision: 'undecided', mean, low: -Infinity, high: Infinity, sigma: NaN, smallest: Infinity, n }
  const { error, sigma, between, freedom } = spread(units, mean)
  const strict = studentUpper(levelOfLook(totalLevels.regression, planned), freedom) * error
  const wide = studentUpper(levelOfLook(totalLevels.pass, planned), freedom) * error
  const smallest = Math.log1p(tolerance.ignore) + strict + studentUpper(0.2, freedom) * error
  const decision = looks.final || planned.includes(n) ? decideBy(mean, strict, wide, tolerance) : 'undecided'
  return { decision, mean, low: mean - wide, high: mean + wide, sigma, between, smallest, n }
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

function spread(
  units: readonly PairedUnit[],
  mean: number,
): { error: number; sigma: number; between?: number; freedom: number } {
  const n = units.length
  const starts = [...new Set(units.map((unit) => unit.group))].map((group) =>
    units.filter((unit) => unit.group === group).map((unit) => unit.logRatio),
  )
  const all = squares(
    units.map((unit) => unit.logRatio),
    mean,
  )
  const sigma = Math.sqrt(all / (n - 1))
  const freedom = n === starts.length ? n - 1 : Math.max(2, n - starts.length)
  const plain = all / (n - 1) / n
  if (starts.length < 2 || n <= starts.length) return { error: Math.sqrt(plain), sigma, freedom }
  const within = starts.reduce((sum, start) => sum + squares(start, average(start)), 0) / (n - starts.length)
  const between =
    starts.reduce((sum, start) => sum + start.length * (average(start) - mean) ** 2, 0) / (starts.length - 1)
  const sizes = starts.reduce((sum, start) => sum + start.length ** 2, 0)
  const typical = (n - sizes / n) / (starts.length - 1)
  const ofStarts = Math.max(0, (between - within) / typical)
  return {
    error: Math.sqrt(Math.max(plain, within / n + (ofStarts * sizes) / n ** 2)),
    sigma,
    between: Math.sqrt(ofStarts),
    freedom,
  }
}

/** Whether fresh units alone show a change beyond what is ignored, one-sided at 5 %. Needs at least three of them. */
export function confirms(fresh: readonly PairedUnit[], tolerance: Tolerance): boolean {
  if (fresh.length < fewestUnits) return false
  const values = fresh.map((unit) => unit.logRatio)
  const mean = average(values)
  const error = Math.sqrt(squares(values, mean) / (values.length - 1) / values.length)
  return mean - studentUpper(0.05, values.length - 1) * error > Math.log1p(tolerance.ignore)
}
