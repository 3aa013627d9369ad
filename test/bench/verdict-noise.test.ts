import { expect, test } from 'vitest'
import { drawsOf } from '../../bench/verdict/draws.js'
import { noises, sessionOf } from '../../bench/verdict/noise.js'
import { medianOf, requestsAUnit, requestsOf } from '../../bench/verdict/requests.js'

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

test.each(noises)('$name: mean 0 and a spread of 1 over many sessions', ({ name, of }) => {
  const draws = drawsOf(`moments ${name}`)
  const all = Array.from({ length: 8_000 }, () => of(draws, 2, 3).flat()).flat()
  expect(all).toHaveLength(48_000)
  expect(Math.abs(mean(all))).toBeLessThan(0.03)
  // The variance of t with 3 degrees of freedom comes slowly.
  expect(Math.abs(mean(all.map((one) => one ** 2)) - 1)).toBeLessThan(name === 'heavy' ? 0.25 : 0.05)
})

const named = (name: string) => noises.filter((noise) => noise.name === name)

test('what gives the laws their names', () => {
  const draws = drawsOf('shapes')
  const [correlated, heavy, normal, bimodal] = ['correlated', 'heavy', 'normal', 'bimodal'].map(
    (name) => named(name)[0]?.of(draws, 10_000, 3).flat() ?? [],
  )
  const lag = (values: readonly number[] = []): number =>
    mean(values.slice(1).map((one, index) => one * (values[index] ?? NaN)))
  expect(lag(correlated)).toBeCloseTo(0.5, 1)
  expect(lag(normal)).toBeCloseTo(0, 1)
  const beyond = (values: readonly number[] = [], limit: number): number =>
    mean(values.map((one) => (Math.abs(one) > limit ? 1 : 0)))
  expect(beyond(heavy, 4)).toBeGreaterThan(10 * beyond(normal, 4))
  // Where a normal law is densest, two modes have little.
  expect(1 - beyond(bimodal, 0.3)).toBeLessThan(0.8 * (1 - beyond(normal, 0.3)))
})

test('a session has the change that was asked for, and starts that differ', () => {
  const draws = drawsOf('session')
  const [noise] = named('normal')
  if (noise === undefined) throw new Error('no such noise')
  const quiet = Array.from({ length: 4_000 }, () => sessionOf({ noise, sigma: 0, effect: 0.1 }, draws, 2, 3))
  expect(mean(quiet.flat().flat())).toBeCloseTo(Math.log(1.1), 3)
  const apart = quiet.map(([first, second]) => (first?.[0] ?? NaN) - (second?.[0] ?? NaN))
  expect(Math.sqrt(mean(apart.map((one) => one ** 2)))).toBeCloseTo(0.01, 3)
})

test('draws are seeded, and count as Poisson counts', () => {
  expect(drawsOf('a').uniform()).toBe(drawsOf('a').uniform())
  expect(drawsOf('a').uniform()).not.toBe(drawsOf('b').uniform())
  const draws = drawsOf('poisson')
  for (const expected of [0.3, 4, 80]) {
    const counts = Array.from({ length: 20_000 }, () => draws.poisson(expected))
    expect(mean(counts) / expected).toBeCloseTo(1, 1)
    expect(mean(counts.map((one) => (one - expected) ** 2)) / expected).toBeCloseTo(1, 1)
  }
})

test('medians of requests differ by exactly what the session says', () => {
  const ratios = [
    [0.05, -0.02, 0.1],
    [0, 0.01, 0.02],
  ]
  const units = requestsOf(ratios, drawsOf('requests'), 5)
  expect(units).toHaveLength(5)
  for (const [index, { control, candidate }] of units.entries()) {
    expect(control).toHaveLength(requestsAUnit)
    expect(Math.log(medianOf(candidate) / medianOf(control))).toBeCloseTo(ratios.flat()[index] ?? NaN, 2)
  }
})
