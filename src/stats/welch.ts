import { average } from './average.js'
import { studentTail, studentUpper } from './student.js'

export interface Difference {
  /** Mean of the later values − mean of the earlier ones. */
  readonly difference: number
  readonly error: number
  readonly freedom: number
}

/** Spread of some values, n − 1 in the denominator; NaN for fewer than two. */
export function spread(values: readonly number[]): number {
  const mean = average(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/**
 * How far the means of two samples of at least two values lie apart, each with a spread of its own. Degrees of freedom by Satterthwaite.
 * Source: B. L. Welch, The generalization of Student's problem when several different population variances are involved, 1947.
 */
export function compareMeans(earlier: readonly number[], later: readonly number[]): Difference {
  const [was, is] = [spread(earlier) ** 2 / earlier.length, spread(later) ** 2 / later.length]
  const freedom = (was + is) ** 2 / (was ** 2 / (earlier.length - 1) + is ** 2 / (later.length - 1))
  return {
    difference: average(later) - average(earlier),
    error: Math.sqrt(was + is),
    // Without any spread there is nothing to be uncertain about.
    freedom: Number.isNaN(freedom) ? earlier.length + later.length - 2 : freedom,
  }
}

/** Chance of so large a difference, either way, between samples of equal means. */
export function chanceOf({ difference, error, freedom }: Difference): number {
  if (error === 0) return difference === 0 ? 1 : 0
  return 2 * studentTail(Math.abs(difference) / error, freedom)
}

/** Half the interval around the difference that misses the truth on one side with chance `level`. */
export const halfInterval = ({ error, freedom }: Difference, level: number): number =>
  error === 0 ? 0 : studentUpper(level, freedom) * error
