import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { noEvidence, wealth, weigh } from '../../src/stats/canary.js'
import { normalTail } from '../../src/stats/normal.js'
import { kendallTau } from '../../src/stats/rank.js'
import { incompleteBeta, logGamma } from '../../src/stats/special.js'
import { studentTail, studentUpper } from '../../src/stats/student.js'

type Hits = [hits: number, of: number]
interface Golden {
  readonly logGamma: [number, number][]
  readonly incompleteBeta: [number, number, number, number][]
  readonly studentTail: [number, number, number][]
  readonly studentUpper: [number, number, number][]
  readonly kendallTau: [number[], number[], number][]
  readonly canary: [[Hits, Hits][], number, number][]
  readonly normalTail: [number, number][]
}
const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden

/** Largest relative error. */
const worst = (pairs: readonly (readonly [number, number])[]): number =>
  Math.max(...pairs.map(([found, expected]) => Math.abs(found - expected) / Math.abs(expected)))

test('special functions agree with scipy to 1e-9, in the tails too', () => {
  expect(golden.studentTail.length).toBeGreaterThan(50)
  expect(worst(golden.logGamma.map(([x, value]) => [logGamma(x), value]))).toBeLessThan(1e-9)
  expect(
    worst(golden.incompleteBeta.map(([x, a, b, value]) => [incompleteBeta(x, a, b), value])),
  ).toBeLessThan(1e-9)
  expect(worst(golden.studentTail.map(([t, df, value]) => [studentTail(t, df), value]))).toBeLessThan(1e-9)
  expect(
    worst(golden.studentUpper.map(([level, df, value]) => [studentUpper(level, df), value])),
  ).toBeLessThan(1e-9)
  expect(worst(golden.normalTail.map(([z, value]) => [normalTail(z), value]))).toBeLessThan(1e-9)
})

test('Kendall’s τ-b agrees with scipy, with and without ties', () => {
  expect(golden.kendallTau.length).toBeGreaterThan(20)
  for (const [x, y, tau] of golden.kendallTau)
    expect(kendallTau(x.map((value, index) => [value, y[index] ?? NaN]))).toBeCloseTo(tau, 12)
})

test('bets on a canary grow as the likelihoods of scipy’s binomial law say, whatever its part of the traffic is', () => {
  expect(golden.canary.length).toBeGreaterThan(5)
  const found = golden.canary.map(([stretches, dispersion, value]): [number, number] => {
    const evidence = stretches.reduce(
      (sum, [[was, all], [hits, of]]) =>
        weigh(sum, { control: { hits: was, of: all }, candidate: { hits, of } }, dispersion),
      noEvidence,
    )
    return [wealth(evidence), value]
  })
  expect(worst(found)).toBeLessThan(1e-9)
})
