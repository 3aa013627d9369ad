import { expect, test } from 'vitest'
import { crossing, levelOfLook, plannedLooks, totalLevels } from '../../src/stats/sequential.js'
import { studentUpper } from '../../src/stats/student.js'
import { draws } from './draws.js'

test('levels of single looks hold the totals of 1 % and 5 %', () => {
  // Two million series simulated with numpy and scipy gave 0.00284 and 0.01705.
  expect(levelOfLook(totalLevels.regression)).toBeCloseTo(0.00284, 4)
  expect(levelOfLook(totalLevels.pass)).toBeCloseTo(0.01705, 4)
  expect(levelOfLook(0.01, [6])).toBeCloseTo(0.01, 6)
  expect(levelOfLook(0.05, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12])).toBeLessThan(levelOfLook(0.05))
})

test('a simulation crosses as often as the numerical method says', () => {
  const { normal } = draws('crossing')
  const limits = new Map(plannedLooks.map((n) => [n, studentUpper(0.017, n - 1)]))
  const series = 30_000
  let crossed = 0
  for (let index = 0; index < series; index += 1) {
    let sum = 0
    let squares = 0
    for (let n = 1; n <= 12; n += 1) {
      const x = normal()
      sum += x
      squares += x * x
      const limit = limits.get(n)
      if (limit === undefined || sum / n / Math.sqrt((squares - (sum * sum) / n) / (n - 1) / n) <= limit)
        continue
      crossed += 1
      break
    }
  }
  const expected = crossing(0.017, plannedLooks)
  expect(Math.abs(crossed / series - expected)).toBeLessThan(
    4 * Math.sqrt((expected * (1 - expected)) / series),
  )
})
