import { UserError } from '../model/errors.js'
import type { Bounds } from '../model/scenario.js'

const share = (value: number): number => {
  if (value >= 0 && value <= 1) return value
  throw new UserError(`${value} is not a share.`, { hint: 'Shares lie between 0 and 1: 0.01 is 1 %.' })
}

/** An outcome's share of a step's answers: at most `value`, 0 to 1. */
export const atMost = (value: number): Bounds => ({ atMost: share(value) })
/** An outcome's share of a step's answers: at least `value`, 0 to 1. */
export const atLeast = (value: number): Bounds => ({ atLeast: share(value) })
/** An outcome's share of a step's answers: between two shares, 0 to 1. */
export const between = (low: number, high: number): Bounds => ({ atLeast: share(low), atMost: share(high) })
