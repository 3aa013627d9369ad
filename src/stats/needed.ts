import type { Tolerance } from '../model/scenario.js'
import { levelOfLook, totalLevels } from './sequential.js'
import type { Spread } from './spread.js'
import { studentUpper } from './student.js'

/** Nobody waits for more units than these. */
const most = 600

/**
 * Level of a single look when there are looks up to n. How often a sequence of looks gives chance a new try grows with the logarithm of
 * last over first, so the exact level of the planned looks is carried on: for looks in threes from 6 to 60 within a tenth of the exact one.
 */
function levelUpTo(n: number, total: number, planned: readonly number[]): number {
  const first = planned[0] ?? n
  const last = planned.at(-1) ?? n
  if (n <= last || last <= first) return levelOfLook(total, planned)
  const tries = total / levelOfLook(total, planned) - 1
  return total / (1 + (tries * Math.log(n / first)) / Math.log(last / first))
}

/**
 * How many units it takes in all until the sequential test decides in half of the cases, were the true change the mean that was seen and
 * the noise the one that was seen: the first multiple of a start's units at which the mean lies a whole t away from one of the margins.
 * Starts are a variance of their own, which only more of them wear down. Infinity beyond 600 units.
 */
export function unitsNeeded(spread: Spread, tolerance: Tolerance, planned: readonly number[]): number {
  const { mean, within, ofStarts } = spread
  const each = Math.max(1, Math.round(spread.each))
  const variance = within + each * ofStarts
  const ignore = Math.log1p(tolerance.ignore)
  const toPass = Math.log1p(tolerance.reject) - mean
  const toChange = Math.abs(mean) - ignore
  const decides = (starts: number): boolean => {
    const n = starts * each
    const freedom = each === 1 || starts === 1 ? n - 1 : Math.max(2, n - starts)
    const error = Math.sqrt(variance / n)
    const reach = (total: number): number => studentUpper(levelUpTo(n, total, planned), freedom) * error
    return toPass > reach(totalLevels.pass) || toChange > reach(totalLevels.regression)
  }
  let low = Math.ceil(Math.max(3, planned[0] ?? 3) / each)
  let high = Math.floor(most / each)
  if (decides(low)) return low * each
  if (high <= low || !decides(high)) return Infinity
  // More units never decide less: the reach shrinks with each.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (decides(middle)) high = middle
    else low = middle
  }
  return high * each
}
