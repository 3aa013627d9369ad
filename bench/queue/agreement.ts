import { levels, type Level, type Quantiles } from '../frame/quantiles.js'

/** How far a quantile may be from the truth: 1 %, but 1 ms at least. Microseconds. */
const allowance = (truth: number): number => Math.max(truth * 0.01, 1_000)

/** The quantile that is farthest from the truth, as a multiple of what is allowed. NaN, at any level, is infinitely far. */
export function farthest(
  ours: Quantiles,
  truth: Quantiles,
): { readonly level: Level; readonly times: number } {
  return levels
    .map((level) => ({ level, times: Math.abs(ours[level] - truth[level]) / allowance(truth[level]) }))
    .map(({ level, times }) => ({ level, times: Number.isNaN(times) ? Number.POSITIVE_INFINITY : times }))
    .reduce((a, b) => (b.times > a.times ? b : a))
}
