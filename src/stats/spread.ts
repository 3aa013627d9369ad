import { average } from './average.js'

/** A figure of one unit of load, and the fresh start that it ran on. */
export interface Grouped {
  readonly group: number
  readonly value: number
}

export interface Spread {
  readonly mean: number
  /** Standard error of the mean. */
  readonly error: number
  /** Spread of a unit. */
  readonly sigma: number
  /** Degrees of freedom of the error. */
  readonly freedom: number
  /** Variance of the units of one start. */
  readonly within: number
  /** Variance that starts add to it, 0 where they add none. */
  readonly ofStarts: number
  /** Units of a start. */
  readonly each: number
}

const squares = (values: readonly number[], around: number): number =>
  values.reduce((sum, value) => sum + (value - around) ** 2, 0)

/**
 * Mean and spread of some units, two at least. The start is a level of variance of its own: the standard error is the larger of two. One
 * takes all units as equals (s / √n). The other adds to the pooled spread within starts the spread between starts, estimated by the
 * method of moments (τ² = (MS between − MS within) / n₀, not below 0), as w² / n + τ² Σ nᵢ² / n². Degrees of freedom: units − starts, at
 * least 2; where there is one start, or each unit has its own, units − 1.
 */
export function spreadOf(units: readonly Grouped[]): Spread {
  const n = units.length
  const mean = average(units.map(({ value }) => value))
  const starts = [...new Set(units.map(({ group }) => group))].map((group) =>
    units.filter((unit) => unit.group === group).map(({ value }) => value),
  )
  const all = squares(
    units.map(({ value }) => value),
    mean,
  )
  const variance = all / (n - 1)
  const sigma = Math.sqrt(variance)
  const each = n / starts.length
  if (starts.length < 2 || n <= starts.length)
    return {
      mean,
      error: Math.sqrt(variance / n),
      sigma,
      freedom: n - 1,
      within: variance,
      ofStarts: 0,
      each,
    }
  const within = starts.reduce((sum, start) => sum + squares(start, average(start)), 0) / (n - starts.length)
  const between =
    starts.reduce((sum, start) => sum + start.length * (average(start) - mean) ** 2, 0) / (starts.length - 1)
  const sizes = starts.reduce((sum, start) => sum + start.length ** 2, 0)
  const typical = (n - sizes / n) / (starts.length - 1)
  const ofStarts = Math.max(0, (between - within) / typical)
  const error = Math.sqrt(Math.max(variance / n, within / n + (ofStarts * sizes) / n ** 2))
  return { mean, error, sigma, freedom: Math.max(2, n - starts.length), within, ofStarts, each }
}
