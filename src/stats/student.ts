import { incompleteBeta } from './special.js'

/** P(T > t) of Student's t with `df` > 0 degrees of freedom. Exact in the tail: never formed as 1 − cdf. */
export function studentTail(t: number, df: number): number {
  if (t === Infinity) return 0
  if (t === -Infinity) return 1
  const square = t * t
  const half = 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5, square / (df + square))
  return t >= 0 ? half : 1 - half
}

const known = new Map<number, Map<number, number>>()

/** The t with P(T > t) = `level`, 0 < level < 1, by bisection to the last digits; what was asked before is known. */
export function studentUpper(level: number, df: number): number {
  if (level > 0.5) return -studentUpper(1 - level, df)
  if (level === 0.5) return 0
  const ofLevel = known.get(level) ?? new Map<number, number>()
  known.set(level, ofLevel)
  const found = ofLevel.get(df) ?? bisected(level, df)
  ofLevel.set(df, found)
  return found
}

function bisected(level: number, df: number): number {
  let high = 1
  while (studentTail(high, df) > level) high *= 2
  let low = high === 1 ? 0 : high / 2
  for (let round = 0; round < 80 && high - low > 1e-14 * high; round += 1) {
    const middle = (low + high) / 2
    if (studentTail(middle, df) > level) low = middle
    else high = middle
  }
  return (low + high) / 2
}
