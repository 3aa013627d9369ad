import { expect, test } from 'vitest'
import { drawsOf } from '../../bench/verdict/draws.js'
import { noEvidence, surelyWorse, wealth, weigh } from '../../src/stats/canary.js'
import type { SharePair } from '../../src/stats/shares.js'

const pair = (hits: number, of: number, controlHits: number, controlOf: number): SharePair => ({
  control: { hits: controlHits, of: controlOf },
  candidate: { hits, of },
})

test('nothing seen, or only one of the two served: the coin is as it was', () => {
  expect(wealth(noEvidence)).toBe(1)
  expect(wealth(weigh(noEvidence, pair(0, 100, 0, 900)))).toBe(1)
  expect(wealth(weigh(noEvidence, pair(5, 100, 0, 0)))).toBe(1)
  expect(wealth(weigh(noEvidence, pair(0, 0, 5, 900)))).toBe(1)
  expect(surelyWorse([])).toBe(false)
})

test('where the canary is no worse, the mean of what the coin becomes is at most 1, by adding up all that can happen', () => {
  // Of 12 hits among 30 and 70 requests, k fall on the canary with hypergeometric chances.
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
  const mean = Array.from({ length: 13 }, (_, k) => {
    const chance = (choose(30, k) * choose(70, 12 - k)) / choose(100, 12)
    return chance * wealth(weigh(noEvidence, pair(k, 30, 12 - k, 70)))
  }).reduce((sum, one) => sum + one, 0)
  expect(mean).toBeLessThanOrEqual(1)
  expect(mean).toBeGreaterThan(0.1)
})

test('an event of geometric size leaves the coin as it was in the mean, on whichever of the two it falls', () => {
  for (const dispersion of [1, 1.7, 5]) {
    const end = 2 / (dispersion + 1)
    let mean = 0
    for (let size = 1; size < 3_000; size += 1) {
      const chance = end * (1 - end) ** (size - 1)
      const [on, off] = [pair(size, 100, 0, 900), pair(0, 100, size, 900)]
      if (chance > 0)
        mean +=
          chance *
          (0.1 * wealth(weigh(noEvidence, on, dispersion)) + 0.9 * wealth(weigh(noEvidence, off, dispersion)))
    }
    expect(mean).toBeCloseTo(1, 6)
  }
})

/** Share of canaries that are rolled back, looked at after each second of at most so many. */
function rollbacks(cases: number, seconds: number, times: number, level: number): number {
  const draws = drawsOf(`${times} ${level}`)
  let found = 0
  for (let index = 0; index < cases; index += 1) {
    let evidence = noEvidence
    for (let second = 0; second < seconds; second += 1) {
      // The canary's part of the traffic grows while it runs.
      const part = second < seconds / 2 ? 0.1 : 0.4
      const [of, controlOf] = [200 * part, 200 * (1 - part)]
      const hits = draws.poisson(0.01 * times * of)
      evidence = weigh(evidence, pair(Math.min(of, hits), of, draws.poisson(0.01 * controlOf), controlOf))
      if (surelyWorse([evidence], level)) {
        found += 1
        break
      }
    }
  }
  return found / cases
}

test('at any moment at which somebody stops, equals are rolled back no more often than the level says', () => {
  // A level that can be seen in some thousand canaries; four standard errors above it would be a lie.
  const share = rollbacks(3_000, 120, 1, 0.05)
  expect(share).toBeGreaterThan(0)
  expect(share).toBeLessThan(0.05)
  expect(rollbacks(3_000, 120, 1, 0.001)).toBeLessThan(0.003)
})

test('ten times the hits are found, a tenth more are not', () => {
  expect(rollbacks(200, 60, 10, 0.001)).toBe(1)
  expect(rollbacks(200, 120, 1.1, 0.001)).toBeLessThan(0.02)
})

test('hits that come together say less than hits that come alone', () => {
  const alone = wealth(weigh(noEvidence, pair(9, 100, 3, 900)))
  const together = wealth(weigh(noEvidence, pair(9, 100, 3, 900), 3))
  expect(together).toBeLessThan(alone / 50)
  expect(together).toBeGreaterThan(1)
})

test('one coin is split among what is watched', () => {
  const bad = Array.from({ length: 6 }).reduce<typeof noEvidence>(
    (sum) => weigh(sum, pair(3, 20, 0, 180)),
    noEvidence,
  )
  expect(surelyWorse([bad], 2 / wealth(bad))).toBe(true)
  expect(surelyWorse([bad, noEvidence, noEvidence], 2 / wealth(bad))).toBe(false)
})
