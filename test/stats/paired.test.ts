import { expect, test } from 'vitest'
import { confirms, decidePaired, type PairedUnit } from '../../src/stats/paired.js'
import { decideSession } from '../../src/stats/prediction.js'
import { plannedLooks } from '../../src/stats/sequential.js'
import { compareShares, surelyMore } from '../../src/stats/shares.js'
import { draws } from './draws.js'

const tolerance = { ignore: 0.03, reject: 0.1 }
const units = (...logs: number[]): PairedUnit[] =>
  logs.map((logRatio, index) => ({ group: Math.floor(index / 2), logRatio }))

/** Share of seeded sequential runs that end in each decision. Starts differ by `ofStarts`; two units a start. */
function ends(cases: number, change: number, sigma: number, ofStarts: number): Record<string, number> {
  const { normal } = draws(`${change} ${sigma} ${ofStarts}`)
  const found: Record<string, number> = {}
  for (let index = 0; index < cases; index += 1) {
    const all: PairedUnit[] = []
    let decision = 'undecided'
    let start = 0
    for (let n = 1; n <= 12 && decision === 'undecided'; n += 1) {
      if (n % 2 === 1) start = normal() * ofStarts
      all.push({ group: Math.floor((n - 1) / 2), logRatio: Math.log1p(change) + start + sigma * normal() })
      if (plannedLooks.includes(n))
        ({ decision } = decidePaired(all, tolerance, { planned: plannedLooks, final: n === 12 }))
    }
    found[decision] = (found[decision] ?? 0) + 1 / cases
  }
  return found
}

test('equal builds raise no alarm and pass; a planted +10 % at σ = 2 % is caught', () => {
  const equal = ends(600, 0, 0.02, 0)
  expect(equal.regression ?? 0).toBe(0)
  expect(equal.pass).toBeGreaterThan(0.98)
  expect(ends(600, 0, 0.02, 0.01).regression ?? 0).toBe(0)
  const slower = ends(300, 0.1, 0.02, 0)
  expect(slower.regression).toBeGreaterThan(0.97)
  expect(slower.pass ?? 0).toBeLessThan(0.02)
})

test('a change of the very margin is called a regression in about 1 of 100, not more', () => {
  expect(ends(1_500, 0.03, 0.02, 0).regression ?? 0).toBeLessThan(0.018)
})

test('starts that disagree widen the interval, however alike the units of a start are', () => {
  const apart = decidePaired(
    [0.1, 0.101, 0.1, 0.099, 0.0, 0.001, 0.0, -0.001].map((logRatio, index) => ({
      group: index < 4 ? 0 : 1,
      logRatio,
    })),
    tolerance,
    { planned: plannedLooks, final: true },
  )
  const alike = decidePaired(units(0.05, 0.052, 0.049, 0.05, 0.051, 0.05, 0.048, 0.05), tolerance, {
    planned: plannedLooks,
    final: true,
  })
  expect(apart.decision).toBe('undecided')
  expect(apart.high - apart.low).toBeGreaterThan(0.2)
  expect(alike.decision).toBe('regression')
  expect(alike.high - alike.low).toBeLessThan(0.01)
})

test('nothing is decided between looks or from two units; identical units decide without a spread', () => {
  expect(
    decidePaired(units(0.3, 0.31, 0.3, 0.31, 0.3), tolerance, { planned: plannedLooks, final: false })
      .decision,
  ).toBe('undecided')
  expect(
    decidePaired(units(0.3, 0.31, 0.3, 0.31, 0.3), tolerance, { planned: plannedLooks, final: true })
      .decision,
  ).toBe('regression')
  expect(decidePaired(units(0.3, 0.3), tolerance, { planned: plannedLooks, final: true }).decision).toBe(
    'undecided',
  )
  expect(decidePaired(units(0, 0, 0, 0), tolerance, { planned: plannedLooks, final: false }).decision).toBe(
    'pass',
  )
  expect(
    decidePaired(units(-0.2, -0.21, -0.2, -0.2), tolerance, { planned: plannedLooks, final: false }).decision,
  ).toBe('improvement')
})

test('a confirmation needs three fresh units that show it by themselves', () => {
  expect(confirms(units(0.1, 0.11), tolerance)).toBe(false)
  expect(confirms(units(0.1, 0.11, 0.09), tolerance)).toBe(true)
  expect(confirms(units(0.1, 0.0, 0.02), tolerance)).toBe(false)
})

test('a session is held against the spread of sessions, not against their mean', () => {
  const earlier = [0, 0.01, -0.01, 0.02, -0.02, 0.005, -0.005, 0]
  expect(decideSession(0.2, earlier, tolerance).decision).toBe('regression')
  expect(
    decideSession(
      0.06,
      earlier.map((one) => 2 * one),
      tolerance,
    ).decision,
  ).toBe('undecided')
  expect(decideSession(0.0, earlier, tolerance).decision).toBe('pass')
  expect(decideSession(0.2, earlier.slice(1), tolerance).decision).toBe('undecided')
})

test('errors that all fell into one unit are one event; errors in every unit are many', () => {
  const pair = (hits: number) => ({ control: { hits: 0, of: 400 }, candidate: { hits, of: 400 } })
  expect(surelyMore(compareShares([30, 0, 0, 0].map(pair)), 0.001, 0.003)).toBe(false)
  expect(surelyMore(compareShares([7, 8, 8, 7].map(pair)), 0.001, 0.003)).toBe(true)
})
