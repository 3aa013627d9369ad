import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactQuantiles } from '../../bench/frame/quantiles.js'
import { capacityOf, lawOf, type LawKind } from '../../bench/queue/law.js'
import { doneAt } from '../../bench/queue/server.js'
import { sojourns } from '../../bench/queue/truth.js'
import { perSecond, seconds } from '../../src/model/time.js'
import { startsOf } from '../../src/schedule/starts.js'

const mean = 2_000
const lawOfKind = (kind: LawKind, half = 0) => lawOf({ kind, mean, seed: 'seed', half })

/** Sojourns under Poisson arrivals at a share of the capacity, long enough for their law to show. */
const longRun = (kind: LawKind, load: number): number[] => {
  const rate = perSecond(load * (1_000_000 / mean))
  const starts = startsOf({ kind: 'open', rate, duration: seconds(1_200) }, 'seed', 'arrivals')
  return sojourns(starts, lawOfKind(kind))
}
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const off = (found: number, wanted: number): number => Math.abs(found / wanted - 1)

test('M/D/1 has the mean of Pollaczek and Khinchine', () => {
  for (const load of [0.1, 0.5, 0.8]) {
    const wanted = mean * (1 + load / (2 * (1 - load)))
    expect(off(meanOf(longRun('constant', load)), wanted)).toBeLessThan(0.02)
  }
})

test('M/M/1 has exponential sojourns', () => {
  for (const load of [0.1, 0.5, 0.8]) {
    const found = longRun('exponential', load)
    const wanted = mean / (1 - load)
    expect(off(meanOf(found), wanted)).toBeLessThan(0.03)
    const { p50, p90, p99 } = exactQuantiles(found)
    expect(off(p50, wanted * Math.log(2))).toBeLessThan(0.03)
    expect(off(p90, wanted * Math.log(10))).toBeLessThan(0.03)
    expect(off(p99, wanted * Math.log(100))).toBeLessThan(0.05)
  }
})

test('a server that stalls makes those wait who come meanwhile, and holds up what it was at', () => {
  // From its first arrival on it works for 2 s, stands still for 0.1 s, and works again. The third is half done when it stops.
  const starts = [0, 500, 1_999_000, 2_050_000, 2_101_000, 2_200_000].map((at) => at + 700)
  expect(sojourns(starts, lawOfKind('stalling'))).toEqual([2_000, 3_500, 102_000, 53_000, 4_000, 2_000])
})

test('a server that doubles does so from its half on', () => {
  expect(sojourns([0, 10_000, 20_000, 21_000], lawOfKind('doubling', 2))).toEqual([
    2_000, 2_000, 4_000, 7_000,
  ])
})

test('capacity is what a server gets done: as fast as that it keeps up, a little faster it does not', () => {
  for (const kind of ['constant', 'exponential', 'stalling'] as const) {
    const capacity = capacityOf({ kind, mean, seed: 'seed', half: 0 })
    const last = (share: number): number => {
      const gap = 1_000_000 / (capacity * share)
      return (
        sojourns(
          Array.from({ length: 100_000 }, (_, n) => n * gap),
          lawOfKind(kind),
        ).at(-1) ?? NaN
      )
    }
    expect(last(0.98)).toBeLessThan(300_000)
    expect(last(1.02)).toBeGreaterThan(2_000_000)
  }
})

test('work is done when the time in which the server stood still is left out', () => {
  const stalls = { every: 20, lasts: 7 }
  const worksAt = (second: number): boolean => second < stalls.every || second % stalls.every >= stalls.lasts
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 100 }), (start, work) => {
      let at = start
      for (let left = work; left > 0; at += 1) if (worksAt(at)) left -= 1
      expect(doneAt(start, work, stalls)).toBe(at)
    }),
  )
})

test('service times are pure in the seed and the number', () => {
  const of = (seed: string) =>
    Array.from({ length: 50 }, (_, n) => lawOf({ kind: 'exponential', mean, seed, half: 0 }).service(n))
  expect(of('a')).toEqual(of('a'))
  expect(of('a')).not.toEqual(of('b'))
})
