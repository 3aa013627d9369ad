import { expect, test } from 'vitest'
import { requestsAUnit, type RequestUnit, type Session } from '../../bench/verdict/requests.js'
import { rivals } from '../../bench/verdict/rivals/index.js'
import {
  kolmogorovSmirnov,
  mannWhitney,
  mannWhitneyNormal,
  shift,
  welch,
} from '../../bench/verdict/rivals/tests.js'

// Values of scipy 1.17: mannwhitneyu, ks_2samp, ttest_ind(equal_var=False).
const a = [0.73, 0.8, 0.83, 1.04, 1.38, 1.45, 1.46, 1.64, 1.89, 1.91]
const b = [0.74, 0.88, 0.9, 1.15, 1.21]
const far = b.map((one) => one + 2)

test('Mann–Whitney, exact and by the normal law, as scipy and its textbook have them', () => {
  // Hollander and Wolfe, Nonparametric Statistical Methods, example 4.1: U = 15, P = 0.2544.
  expect(mannWhitney(a, b)).toBeCloseTo(0.2544, 4)
  expect(mannWhitney(b, a)).toBeCloseTo(0.2544, 4)
  expect(mannWhitneyNormal(a, b)).toBeCloseTo(0.24462360512698333, 9)
  expect(mannWhitney(a, far)).toBeCloseTo(2 / 3_003, 12)
  expect(mannWhitney([1, 2, 2, 3, 4], [2, 3, 4, 4, 6])).toBeCloseTo(0.16258685072635493, 9)
  expect(mannWhitney([1, 1], [1, 1])).toBe(1)
})

test('Kolmogorov–Smirnov, Welch and Hodges–Lehmann', () => {
  expect(welch(a, b)).toBeCloseTo(0.06210134378107827, 9)
  // Stephens’ approximation is near the exact chance.
  expect(Math.abs(kolmogorovSmirnov(a, b) - 0.16583416583416583)).toBeLessThan(0.06)
  expect(kolmogorovSmirnov(a, a)).toBe(1)
  expect(kolmogorovSmirnov(a, far)).toBeLessThan(0.01)
  const found = shift(a, b, 0.95)
  // The same example: the estimate is 0.305, and 95.6 % lie between −0.15 and 0.76.
  expect(found.estimate).toBeCloseTo(-0.305, 9)
  expect(found.low).toBeGreaterThan(-0.8)
  expect(found.low).toBeLessThan(-0.7)
  expect(found.high).toBeCloseTo(0.15, 1)
})

/** Requests spread about 10 ms, the candidate's so many times as slow; every unit a little different. */
const session = (times: number): Session => {
  const units = Array.from({ length: 20 }, (_, unit): RequestUnit => {
    const arm = (factor: number): Float64Array =>
      Float64Array.from(
        { length: requestsAUnit },
        (_unused, n) =>
          10 * factor * (1 + 0.01 * ((unit * 7) % 5)) * (1 + ((n * 89) % requestsAUnit) / requestsAUnit),
      )
    return { control: arm(1), candidate: arm(times) }
  })
  return { ratios: [], units }
}

test.each(rivals)('$name sees half as much again, and neither nothing nor an improvement', (rival) => {
  const seen = (times: number): Session => {
    const { units } = session(times)
    return { ratios: [], units: units.slice(0, rival.units) }
  }
  expect(rival.decide(seen(1.5))).toBe('regression')
  expect(rival.decide(seen(1))).toBe('pass')
  expect(rival.decide(seen(0.6))).toBe('pass')
})

test('what each cannot see: a fixed threshold nothing below it, tests on requests every trifle', () => {
  const answers = (times: number): Record<string, string> =>
    Object.fromEntries(rivals.map((rival) => [rival.name, rival.decide(session(times))]))
  expect(answers(1.08)).toMatchObject({ fixed: 'pass', welch: 'regression', 'mann-whitney': 'regression' })
})
