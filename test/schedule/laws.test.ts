import fc from 'fast-check'
import { expect, test } from 'vitest'
import { perSecond, seconds } from '../../src/model/time.js'
import { startsOf } from '../../src/schedule/starts.js'

/** Distance of Kolmogorov and Smirnov, both sides, of gaps in units of their mean from 1 − exp(−x). */
const distance = (gaps: readonly number[]): number => {
  const sorted = gaps.toSorted((a, b) => a - b)
  return Math.max(
    ...sorted.map((gap, index) => {
      const law = 1 - Math.exp(-gap)
      return Math.max((index + 1) / sorted.length - law, law - index / sorted.length)
    }),
  )
}

const gapsOf = (starts: readonly number[], rate: number): number[] =>
  starts.map((at, index) => ((at - (starts[index - 1] ?? 0)) * rate) / 1_000_000)

test('over 400 seeds, gaps of Poisson arrivals fail a test at 5 % as often as its level says', () => {
  const failed = Array.from({ length: 400 }, (_, seed) => {
    const starts = startsOf(
      { kind: 'open', rate: perSecond(50), duration: seconds(20) },
      `seed ${seed}`,
      'main',
    )
    // Asymptotic limit of the level of 5 %.
    return distance(gapsOf(starts, 50)) > 1.358 / Math.sqrt(starts.length)
  }).filter((one) => one).length
  // 20 of 400 expected; five standard deviations of the binomial law.
  expect(failed).toBeLessThan(42)
})

test('counts of Poisson arrivals scatter as their law says, and the gaps do not follow one another', () => {
  const rate = 1_000
  const starts = startsOf({ kind: 'open', rate: perSecond(rate), duration: seconds(100) }, 'seed', 'main')
  const counts = Array.from({ length: 1_000 }, () => 0)
  for (const at of starts) counts[Math.floor(at / 100_000)] = (counts[Math.floor(at / 100_000)] ?? 0) + 1
  const variance = counts.reduce((sum, count) => sum + (count - 100) ** 2, 0) / counts.length
  // Variance over mean is 1; its standard error over 1,000 counts is √(2/1000).
  expect(Math.abs(variance / 100 - 1)).toBeLessThan(5 * Math.sqrt(2 / 1_000))
  const gaps = gapsOf(starts, rate)
  const follow =
    gaps.slice(1).reduce((sum, gap, index) => sum + (gap - 1) * ((gaps[index] ?? 1) - 1), 0) / gaps.length
  expect(Math.abs(follow)).toBeLessThan(5 / Math.sqrt(gaps.length))
})

test('a ramp integrates to its count: in all, and up to every instant', () => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), fc.integer({ min: 1, max: 20 }), (from, to, length) => {
      const starts = startsOf(
        { kind: 'ramp', from: perSecond(from), to: perSecond(to), duration: seconds(length) },
        's',
        'r',
      )
      expect(starts.length).toBe(Math.round(((from + to) / 2) * length))
      const wrong = starts.filter((at, index) => {
        const time = at / 1_000_000
        const due = from * time + ((to - from) / length / 2) * time * time
        return Math.abs(due - index) >= 1 || at < (starts[index - 1] ?? 0)
      })
      expect(wrong).toEqual([])
    }),
    { numRuns: 50 },
  )
})
