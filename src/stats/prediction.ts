import type { Tolerance } from '../model/scenario.js'
import { average } from './average.js'
import { decideBy, type PairedDecision } from './paired.js'
import { totalLevels } from './sequential.js'
import { studentUpper } from './student.js'

/** Fewer sessions do not show how much one session differs from the next. */
export const fewestSessions = 8

function centreOf(earlier: readonly number[]): { readonly centre: number; readonly sigma: number } {
  const centre = average(earlier)
  const squares = earlier.reduce((sum, one) => sum + (one - centre) ** 2, 0)
  return { centre, sigma: Math.sqrt(squares / (earlier.length - 1)) }
}

/**
 * Where the share of a new session lies, by those of K ≥ 8 earlier ones: their mean, and how far it surely is from that. Shares are often 0 and
 * have no logarithm: the interval of prediction is that of the shares themselves. One look; infinitely wide with fewer sessions.
 */
export function predictedShare(earlier: readonly number[]): {
  readonly centre: number
  readonly half: number
} {
  const k = earlier.length
  const { centre, sigma } = centreOf(earlier)
  if (k < fewestSessions) return { centre, half: Infinity }
  return { centre, half: studentUpper(totalLevels.regression, k - 1) * sigma * Math.sqrt(1 + 1 / k) }
}

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
  const { centre, sigma } = centreOf(earlier)
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
