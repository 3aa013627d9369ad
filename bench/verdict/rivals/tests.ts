import { normalTail } from '../../../src/stats/normal.js'
import { studentTail } from '../../../src/stats/student.js'

type Values = ArrayLike<number>

const array = (values: Values): readonly number[] => Array.from(values)
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

/** U of `b` over `a`: pairs in which b is larger, ties by half; and Σ t³ − t over groups of equals. By ranks. */
function ranked(a: Values, b: Values): { u: number; ties: number } {
  const size = a.length + b.length
  const order = Float64Array.from([...array(a), ...array(b)])
  const values = order.slice().sort()
  const ranks = new Map<number, number>()
  let ties = 0
  for (let from = 0; from < size;) {
    let to = from
    while (to < size && values[to] === values[from]) to += 1
    ranks.set(values[from] ?? NaN, (from + 1 + to) / 2)
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const sum = array(b).reduce((total, value) => total + (ranks.get(value) ?? NaN), 0)
  return { u: sum - (b.length * (b.length + 1)) / 2, ties }
}

const counted = new Map<string, Float64Array>()

/** In how many orders of n and m values U is 0, 1, 2, …: the recursion of Mann and Whitney, 1947. */
function orders(n: number, m: number): Float64Array {
  const name = `${n} ${m}`
  const known = counted.get(name)
  if (known !== undefined) return known
  const found = new Float64Array(n * m + 1)
  if (n === 0 || m === 0) found[0] = 1
  else {
    const [first, second] = [orders(n - 1, m), orders(n, m - 1)]
    for (let u = 0; u < found.length; u += 1) found[u] = (first[u - m] ?? 0) + (second[u] ?? 0)
  }
  counted.set(name, found)
  return found
}

/** Mann–Whitney's U test, two-sided, exact for up to 50 values a side without ties, else by the normal law with the continuity correction. */
export function mannWhitney(a: Values, b: Values): number {
  const [n, m] = [a.length, b.length]
  const { u, ties } = ranked(a, b)
  if (ties === 0 && n <= 50 && m <= 50) return exact(u, n, m)
  return byNormal(u, n, m, ties)
}

/** The same by the normal law, however few values there are. */
export function mannWhitneyNormal(a: Values, b: Values): number {
  const { u, ties } = ranked(a, b)
  return byNormal(u, a.length, b.length, ties)
}

function exact(u: number, n: number, m: number): number {
  const ways = orders(n, m)
  const all = ways.reduce((sum, one) => sum + one, 0)
  const tail = ways.slice(0, Math.min(u, n * m - u) + 1).reduce((sum, one) => sum + one, 0)
  return Math.min(1, (2 * tail) / all)
}

function byNormal(u: number, n: number, m: number, ties: number): number {
  const all = n + m
  const spread = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))))
  const off = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5)
  return spread === 0 ? 1 : Math.min(1, 2 * normalTail(off / spread))
}

/** Kolmogorov and Smirnov's test of two samples, two-sided. Source of the approximation: Stephens, 1970. */
export function kolmogorovSmirnov(a: Values, b: Values): number {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()]
  let [i, j, distance] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] ?? Infinity, y[j] ?? Infinity)
    while (i < x.length && x[i] === value) i += 1
    while (j < y.length && y[j] === value) j += 1
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length))
  }
  const size = Math.sqrt((x.length * y.length) / (x.length + y.length))
  const scaled = (size + 0.12 + 0.11 / size) * distance
  if (scaled < 0.2) return 1
  let chance = 0
  for (let k = 1; k <= 100; k += 1) chance += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * scaled) ** 2)
  return Math.min(1, Math.max(0, chance))
}

/** Welch's t test, two-sided. */
export function welch(a: Values, b: Values): number {
  const part = (values: Values): { centre: number; error: number; freedom: number } => {
    const all = array(values)
    const centre = mean(all)
    const error = all.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (all.length - 1) / all.length
    return { centre, error, freedom: all.length - 1 }
  }
  const [was, is] = [part(a), part(b)]
  const error = was.error + is.error
  const freedom = error ** 2 / (was.error ** 2 / was.freedom + is.error ** 2 / is.freedom)
  return 2 * studentTail(Math.abs(is.centre - was.centre) / Math.sqrt(error), freedom)
}

/** Shift of b against a by Hodges and Lehmann: median of all differences, and its interval by the normal law of U. */
export function shift(a: Values, b: Values, level: number): { estimate: number; low: number; high: number } {
  const differences = new Float64Array(a.length * b.length)
  for (let i = 0; i < a.length; i += 1)
    for (let j = 0; j < b.length; j += 1) differences[i * b.length + j] = (b[j] ?? NaN) - (a[i] ?? NaN)
  differences.sort()
  const pairs = differences.length
  const at = (index: number): number => differences[Math.min(pairs - 1, Math.max(0, index))] ?? NaN
  const half = normalUpper((1 - level) / 2) * Math.sqrt((pairs * (a.length + b.length + 1)) / 12)
  const cut = Math.max(0, Math.round(pairs / 2 - half))
  const estimate = (at(Math.ceil(pairs / 2) - 1) + at(Math.floor(pairs / 2))) / 2
  return { estimate, low: at(cut), high: at(pairs - 1 - cut) }
}

/** The z with P(Z > z) = `level` < 0.5, by bisection. */
function normalUpper(level: number): number {
  let [low, high] = [0, 40]
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2
    if (normalTail(middle) > level) low = middle
    else high = middle
  }
  return low
}

export const meanOf = (values: Values): number => mean(array(values))
