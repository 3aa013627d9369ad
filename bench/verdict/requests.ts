import type { Draws } from './draws.js'
import type { Starts } from './noise.js'

/** Latencies of a unit's requests on both arms, slice after slice, all slices as long as each other. */
export interface RequestUnit {
  readonly control: Float64Array
  readonly candidate: Float64Array
}

/** One comparison as everybody is shown it: log ratios of the units' medians for us, the requests behind them for the others. */
export interface Session {
  readonly ratios: Starts
  /** In the order in which they were taken. */
  readonly units: readonly RequestUnit[]
}

/** Slices of a unit on one arm, and requests in each: 3 s in slices of 250 ms by turns, 160 requests a second. */
export const slices = 6
const each = 40
/** Requests of a unit on one arm. */
export const requestsAUnit = slices * each
/** Spread of requests within a slice, of a slice, and of what the machine does to both arms of a unit alike. */
const spreads = { request: 0.4, slice: 0.03, unit: 0.03 }
/** Slices and units follow each other, and a machine that is slow stays so for a while. */
const correlation = 0.5
const typical = 10

const next = (last: number, spread: number, draws: Draws): number =>
  correlation * last + Math.sqrt(1 - correlation ** 2) * spread * draws.normal()

/** Middle value; of an even number the mean of the two. */
export function medianOf(values: Float64Array): number {
  const order = values.slice().sort()
  const half = order.length / 2
  return ((order[Math.ceil(half) - 1] ?? NaN) + (order[Math.floor(half)] ?? NaN)) / 2
}

/**
 * Requests whose medians differ in each unit by exactly the log ratio that is given: lognormal within a slice, with levels of slices
 * and units that are correlated in time. Milliseconds.
 */
export function requestsOf(ratios: Starts, draws: Draws, units: number): readonly RequestUnit[] {
  let level = spreads.unit * draws.normal()
  return ratios
    .flat()
    .slice(0, units)
    .map((ratio) => {
      level = next(level, spreads.unit, draws)
      const arm = (median: number): Float64Array => {
        const logs = new Float64Array(requestsAUnit)
        let slice = spreads.slice * draws.normal()
        for (let n = 0; n < logs.length; n += 1) {
          if (n % each === 0) slice = next(slice, spreads.slice, draws)
          logs[n] = slice + spreads.request * draws.normal()
        }
        const off = median - medianOf(logs)
        return logs.map((log) => typical * Math.exp(log + off))
      }
      return { control: arm(level - ratio / 2), candidate: arm(level + ratio / 2) }
    })
}

/** The requests of some units on one arm. */
export function pooledOf(units: readonly RequestUnit[], arm: keyof RequestUnit): Float64Array {
  const all = new Float64Array(units.reduce((sum, unit) => sum + unit[arm].length, 0))
  let at = 0
  for (const unit of units) {
    all.set(unit[arm], at)
    at += unit[arm].length
  }
  return all
}
