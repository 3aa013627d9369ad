export interface Split {
  /** The first value of the second part. */
  readonly at: number
  /** Behind the last value that was looked at: the second part may end before the values do. */
  readonly end: number
  /** Scaled distance between both parts, at least 0; 0 when all values are equal. */
  readonly statistic: number
}

/**
 * The place at which values in their order differ most before and after: of all parts [0, at) and [at, end) that are at least `shortest`
 * long, those whose energy distance, scaled by mk / (m + k), is the largest. The first of equals. In n² steps.
 *
 * That `end` may lie before the last value shows a stretch that is undone later. Source: Matteson & James, A Nonparametric Approach for
 * Multiple Change Point Analysis of Multivariate Data, JASA 109, 2014, equations 5 and 7, with α = 1.
 */
export function bestSplit(values: Float64Array, shortest: number): Split {
  const n = values.length
  // sums[i][j]: all distances between the first i and the first j values.
  const wide = n + 1
  const sums = new Float64Array(wide * wide)
  for (let i = 0; i < n; i += 1) {
    const value = values[i] ?? 0
    let row = 0
    for (let j = 0; j < n; j += 1) {
      row += Math.abs(value - (values[j] ?? 0))
      sums[(i + 1) * wide + j + 1] = (sums[i * wide + j + 1] ?? 0) + row
    }
  }
  let best: Split = { at: 0, end: n, statistic: 0 }
  for (let at = shortest; at <= n - shortest; at += 1) {
    const before = sums[at * wide + at] ?? 0
    for (let end = at + shortest; end <= n; end += 1) {
      const m = at
      const k = end - at
      const both = sums[at * wide + end] ?? 0
      const between = both - before
      const after = (sums[end * wide + end] ?? 0) - 2 * both + before
      const distance = (2 * between) / (m * k) - before / (m * (m - 1)) - after / (k * (k - 1))
      const statistic = ((m * k) / (m + k)) * distance
      if (statistic > best.statistic) best = { at, end, statistic }
    }
  }
  return best
}
