import type { Tolerance } from '../model/scenario.js'
import { decideBy, type PairedDecision } from './paired.js'
import { totalLevels } from './sequential.js'
import { studentUpper } from './student.js'

/** Fewer sessions do not show how much one session differs from the next. */
export const fewestSessions = 8

/**
 * A new session against K ≥ 8 earlier ones, all as logarithms such that more is worse. The unit is the session, so the error of the
 * difference is s √(1 + 1/K) with K − 1 degrees of freedom: an interval of prediction, not of the mean. One look.
 * `low` and `high` bound the change with the level of the pass side.
 */
export function decideSession(
  value: number,
  earlier: readonly number[],
  tolerance: Tolerance,
): PairedDecision {
  const k = earlier.length
  const centre = earlier.reduce((sum, one) => sum + one, 0) / k
  const sigma = Math.sqrt(earlier.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (k - 1))
  const mean = value - centre
  if (k < fewestSessions)
    return { decision: 'undecided', mean, low: -Infinity, high: Infinity, sigma, smallest: Infinity, n: k }
  const error = sigma * Math.sqrt(1 + 1 / k)
  const strict = studentUpper(totalLevels.regression, k - 1) * error
  const wide = studentUpper(totalLevels.pass, k - 1) * error
  const smallest = Math.log1p(tolerance.ignore) + strict + studentUpper(0.2, k - 1) * error
  return {
    decision: decideBy(mean, strict, wide, tolerance),
    mean,
    low: mean - wide,
    high: mean + wide,
    sigma,
    smallest,
    n: k,
  }
}
