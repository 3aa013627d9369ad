import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { changePoints, falseAlarms, fewestValues } from '../../src/stats/change-points.js'
import { bestSplit } from '../../src/stats/energy.js'
import { chanceOf, compareMeans, halfInterval } from '../../src/stats/welch.js'
import { draws } from './draws.js'

interface Golden {
  readonly splits: [values: number[], at: number, end: number, statistic: number][]
  readonly plain: [values: number[], places: number[]][]
  readonly welch: [earlier: number[], later: number[], difference: number, p: number, high: number][]
}
const golden = JSON.parse(readFileSync(new URL('change-points.json', import.meta.url), 'utf8')) as Golden

const least = 0.01
const places = (values: readonly number[]): readonly number[] =>
  changePoints(values, least).map(({ at }) => at)

/** Standard normal, or Student's t with 3 degrees of freedom, scaled to the same variance. */
const noises = {
  normal: ({ normal }: ReturnType<typeof draws>) => normal(),
  heavy: ({ normal }: ReturnType<typeof draws>) =>
    normal() / Math.sqrt(normal() ** 2 + normal() ** 2 + normal() ** 2),
}

test('the best split is the one of the formula as it is written in the paper', () => {
  expect(golden.splits.length).toBeGreaterThan(4)
  for (const [values, at, end, statistic] of golden.splits) {
    const found = bestSplit(Float64Array.from(values), 4)
    expect([found.at, found.end]).toEqual([at, end])
    expect(Math.abs(found.statistic / statistic - 1)).toBeLessThan(1e-9)
  }
})

test('plain changes are found where optimal partitioning (ruptures) finds them', () => {
  for (const [values, expected] of golden.plain) expect(places(values)).toEqual(expected)
})

test('means are compared as scipy does', () => {
  for (const [earlier, later, difference, p, high] of golden.welch) {
    const found = compareMeans(earlier, later)
    expect(found.difference).toBeCloseTo(difference, 12)
    expect(Math.abs(chanceOf(found) / p - 1)).toBeLessThan(1e-9)
    expect(found.difference + halfInterval(found, 0.05)).toBeCloseTo(high, 9)
  }
})

test.each(['normal', 'heavy'] as const)(
  'steady series with %s noise show a change in about as few cases as it is said',
  (noise) => {
    const dice = draws(`steady ${noise}`)
    const cases = 400
    let found = 0
    for (let index = 0; index < cases; index += 1)
      if (places(Array.from({ length: 50 }, () => 0.03 * noises[noise](dice))).length > 0) found += 1
    // Three times what is said would be a matter of luck in less than 1 of 200 such tests.
    expect(found / cases).toBeLessThanOrEqual(3 * falseAlarms)
  },
  120_000,
)

test.each(['normal', 'heavy'] as const)(
  'a step of a tenth at a spread of three hundredths, %s noise, is found within two sessions',
  (noise) => {
    const dice = draws(`step ${noise}`)
    const cases = 105
    let near = 0
    for (let index = 0; index < cases; index += 1) {
      const at = 8 + (index % 35)
      const values = Array.from(
        { length: 50 },
        (_, n) => (n >= at ? Math.log(1.1) : 0) + 0.03 * noises[noise](dice),
      )
      const found = places(values)
      if (found.length === 1 && Math.abs((found[0] ?? 0) - at) <= 2) near += 1
    }
    expect(near / cases).toBeGreaterThanOrEqual(0.95)
  },
  120_000,
)

test('a rise that is undone, and two changes, are found as such', () => {
  const { normal } = draws('two')
  const values = Array.from({ length: 60 }, (_, n) => (n >= 20 && n < 30 ? 0.15 : 0) + 0.03 * normal())
  const [up, down, ...more] = changePoints(values, least)
  expect([up?.at, down?.at, more]).toEqual([20, 30, []])
  expect(up?.difference).toBeGreaterThan(0.12)
  expect(up && up.low < 0.15 && up.high > 0.15).toBe(true)
  expect(down?.difference).toBeLessThan(-0.12)
})

test('an outlier, equal values, a wider spread and a tiny step are no change of level', () => {
  const { normal } = draws('none')
  const steady = Array.from({ length: 40 }, () => 0.02 * normal())
  expect(places(steady.map((value, n) => (n === 30 ? 2 : value)))).toEqual([])
  expect(places(Array.from({ length: 40 }, () => 7))).toEqual([])
  expect(places(steady.map((value, n) => (n < 20 ? value / 5 : value)))).toEqual([])
  expect(places(steady.map((value, n) => value / 100 + (n < 20 ? 0 : 0.005)))).toEqual([])
  expect(places(steady.map((value, n) => value / 100 + (n < 20 ? 0 : 0.02)))).toEqual([20])
})

test('the same values give the same answer, and too few give none', () => {
  const step = (n: number) => Array.from({ length: n }, (_, index) => (index < n / 2 ? 0 : 1) + index / 1_000)
  expect(fewestValues).toBe(11)
  expect(places(step(fewestValues - 1))).toEqual([])
  expect(places(step(fewestValues))).toEqual([6])
  expect(changePoints(step(30), least)).toEqual(changePoints(step(30), least))
})
