import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minutes, ms, perSecond, seconds } from '../../src/model/time.js'
import { pick, zipf } from '../../src/schedule/random.js'
import { sliced } from '../../src/schedule/slices.js'
import { startsOf } from '../../src/schedule/starts.js'

test('Poisson arrivals have the rate, and gaps of the exponential law', () => {
  const starts = startsOf({ kind: 'open', rate: perSecond(200), duration: minutes(2) }, 'seed', 'main')
  expect(Math.abs(starts.length - 24_000)).toBeLessThan(600)
  const gaps = starts.slice(1).map((at, index) => (at - (starts[index] ?? 0)) / 5_000)
  const sorted = gaps.toSorted((a, b) => a - b)
  // Kolmogorov–Smirnov against 1 − exp(−x); 1.95/√n is the level of 0.1 %.
  const distance = Math.max(
    ...sorted.map((gap, index) => Math.abs((index + 1) / sorted.length - (1 - Math.exp(-gap)))),
  )
  expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length))
})

test('arrivals are pure in the seed, ordered, whole and within their phase', () => {
  const phase = { kind: 'open', rate: perSecond(300), duration: seconds(3) } as const
  fc.assert(
    fc.property(fc.string(), fc.string(), (seed, name) => {
      const starts = startsOf(phase, seed, name)
      expect(starts).toEqual(startsOf(phase, seed, name))
      expect(
        starts.every((at, index) => Number.isInteger(at) && at >= (starts[index - 1] ?? 0) && at < 3_000_000),
      ).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('a ramp integrates to its count, an even rate is even, a burst is one instant', () => {
  const ramp = startsOf(
    { kind: 'ramp', from: perSecond(0), to: perSecond(100), duration: seconds(10) },
    's',
    'r',
  )
  expect(ramp.length).toBe(500)
  expect(ramp.filter((at) => at < 5_000_000).length).toBe(125)
  expect(startsOf({ kind: 'constant', rate: perSecond(4), duration: seconds(1) }, 's', 'c')).toEqual([
    0, 250_000, 500_000, 750_000,
  ])
  expect(new Set(startsOf({ kind: 'burst', count: 10_000 }, 's', 'b'))).toEqual(new Set([0]))
})

test('slices alternate, and both arms get the same arrivals and rows', () => {
  const load = { kind: 'open', rate: perSecond(200), duration: seconds(30) } as const
  const one = sliced(load, { length: seconds(4), slice: ms(250), seed: 's', unit: 3 })
  const of = (arm: number) =>
    one.at.flatMap((at, index) =>
      one.arm[index] === arm ? [[at % 250_000, one.row[index], Math.floor(at / 500_000)] as const] : [],
    )
  expect(of(0)).toEqual(of(1))
  expect(of(0).length).toBe(one.rows)
  expect(one.order.length).toBe(16)
  for (let pair = 0; pair < 8; pair += 1)
    expect((one.order[2 * pair] ?? 0) + (one.order[2 * pair + 1] ?? 0)).toBe(1)
  one.at.forEach((at, index) => expect(one.order[Math.floor(at / 250_000)]).toBe(one.arm[index]))
})

test('choices are even, and Zipf ranks have their weights', () => {
  const picks = Array.from({ length: 20_000 }, (_, n) => pick('seed', n, 'x', 10))
  for (let value = 0; value < 10; value += 1) {
    expect(Math.abs(picks.filter((found) => found === value).length - 2_000)).toBeLessThan(200)
  }
  const ranks = Array.from({ length: 20_000 }, (_, n) => zipf('seed', n, 'x', 100, 1))
  const harmonic = Array.from({ length: 100 }, (_, rank) => 1 / (rank + 1)).reduce(
    (sum, weight) => sum + weight,
    0,
  )
  expect(Math.abs(ranks.filter((rank) => rank === 0).length / 20_000 - 1 / harmonic)).toBeLessThan(0.02)
})
