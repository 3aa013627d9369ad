import { histogramOf } from '../../src/histogram/histogram.js'

/** The quantiles that benches show, and their shares. */
export const shares = { p50: 0.5, p90: 0.9, p99: 0.99, 'p99.9': 0.999, max: 1 } as const
export type Level = keyof typeof shares
export type Quantiles = Readonly<Record<Level, number>>

export const levels = Object.keys(shares) as readonly Level[]

const each = (of: (level: Level) => number): Quantiles => ({
  p50: of('p50'),
  p90: of('p90'),
  p99: of('p99'),
  'p99.9': of('p99.9'),
  max: of('max'),
})

/** The sample at the rank that a histogram takes for a share: `round(share × count)`, at least 1. NaN of none. */
export function exactQuantiles(values: ArrayLike<number>): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const rank = (share: number): number => Math.max(1, Math.floor(share * sorted.length + 0.5 + 1e-9))
  return each((level) => sorted[rank(shares[level]) - 1] ?? NaN)
}

/** As a report has them: through the histogram of three digits, the maximum exact. NaN of none. */
export function reportedQuantiles(values: ArrayLike<number>): Quantiles {
  const histogram = histogramOf(values)
  const { max } = exactQuantiles(values)
  return each((level) =>
    values.length === 0 ? NaN : level === 'max' ? max : histogram.quantile(shares[level]),
  )
}
