import { bestSplit, type Split } from './energy.js'
import { chanceOf, compareMeans, halfInterval, type Difference } from './welch.js'

/** A place from which on values lie at another level, and stay there until the next one or the end. */
export interface ChangePoint {
  /** The first value at the new level. */
  readonly at: number
  /** Mean after − mean before, each up to the neighbouring change point. */
  readonly difference: number
  /** Of the difference; each side is missed with a chance of 5 %. */
  readonly low: number
  readonly high: number
}

/** Chance of a change point in values that have none: a page of ten such series is clean 19 times in 20. */
export const falseAlarms = 0.005
const intervalLevel = 0.05

/** Fewer values at a new level could be a bad day. */
const shortest = 4
/** With so many orders the chance is known well enough: 10 of 2,000 is the limit. */
const shuffles = 1_999

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k)

/**
 * Fewer values can show nothing: of n values with a perfect step in the middle, two in `n over n/2` orders look as extreme, and that
 * has to be rarer than a false alarm may be.
 */
export const fewestValues = ((): number => {
  let n = 2 * shortest
  while (2 / choose(n, Math.floor(n / 2)) > falseAlarms) n += 1
  return n
})()

/**
 * Change points of values in their order, which should have an even spread: logarithms of times. E-divisive with means (Matteson & James,
 * JASA 2014), as MongoDB (Daly et al., ICPE 2020) and Apache Otava (Fleming et al., ICPE 2023) use it for benchmarks. It needs no shape
 * of the noise, no number of changes and no penalty, which short and noisy series do not give away. What differs here:
 *
 * - Chance is judged by shuffling, as in the paper. Otava's t test at the best of many places finds one by luck far more often than it
 *   says. Its reason, that shuffling gives another answer each time, is met by a fixed seed; shuffling ends as soon as the answer is
 *   certain (Besag & Clifford, Sequential Monte Carlo p-values, 1991).
 * - Each part is tested by itself, so that a large change does not decide about a small one.
 * - What is found must be a change of level, by Welch's t test between neighbours, and of at least `least`; spreads that change are none.
 *
 * Values that depend on those before them (a machine that drifts) give more false alarms than `falseAlarms`. Fewer than `fewestValues`: none.
 */
export function changePoints(values: readonly number[], least: number): readonly ChangePoint[] {
  let places = splits(Float64Array.from(values), 0)
  for (;;) {
    const found = places.map((at, index) => between(values, places[index - 1] ?? 0, at, places[index + 1]))
    const weak = found
      .filter((one) => one.chance > falseAlarms || Math.abs(one.point.difference) < least)
      .toSorted((a, b) => b.chance - a.chance)[0]
    if (weak === undefined) return found.map(({ point }) => point)
    places = places.filter((at) => at !== weak.point.at)
  }
}

function between(
  values: readonly number[],
  from: number,
  at: number,
  to: number | undefined,
): { readonly point: ChangePoint; readonly chance: number } {
  const found: Difference = compareMeans(values.slice(from, at), values.slice(at, to))
  const half = halfInterval(found, intervalLevel)
  const { difference } = found
  return {
    point: { at, difference, low: difference - half, high: difference + half },
    chance: chanceOf(found),
  }
}

function splits(values: Float64Array, offset: number): readonly number[] {
  if (values.length < fewestValues) return []
  const found = bestSplit(values, shortest)
  if (!isRare(values, found)) return []
  const { at } = found
  return [...splits(values.subarray(0, at), offset), offset + at, ...splits(values.subarray(at), offset + at)]
}

/** Whether at most a share of `falseAlarms` of all orders of these values has a split as good. */
function isRare(values: Float64Array, { statistic }: Split): boolean {
  if (statistic === 0) return false
  const most = Math.floor(falseAlarms * (shuffles + 1))
  const random = generator()
  const order = values.slice()
  // Sums of the same distances in another order differ in their last digits.
  const asGood = statistic * (1 - 1e-9)
  // The order that was found is one of them.
  let reached = 1
  for (let round = 0; round < shuffles && reached <= most; round += 1) {
    shuffle(order, random)
    if (bestSplit(order, shortest).statistic >= asGood) reached += 1
  }
  return reached <= most
}

/** Durstenfeld's shuffle. */
function shuffle(values: Float64Array, random: () => number): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const place = Math.floor(random() * (last + 1))
    const kept = values[last] ?? 0
    values[last] = values[place] ?? 0
    values[place] = kept
  }
}

/** Numbers in [0, 1), always the same. Source: G. Marsaglia, Xorshift RNGs, 2003, with 13, 17, 5. */
function generator(): () => number {
  let state = 0x2545f491
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}
