import { expect, test } from 'vitest'
import { caughtBy } from '../../src/compare/power.js'

const margins = { ignore: 0.03, reject: 0.1 }
const by = (within: number, between: number, effect: number, most = 12): number =>
  [...caughtBy({ within, between }, margins, Math.log1p(effect), { each: 2, most }).values()].at(-1) ?? NaN

test('+10 % is caught as often as it was on other series, and falls with the spread', () => {
  // 3 to 12 units there and 4 to 12 here, with a confirmation on fresh processes: near, not equal.
  expect(by(0.02, 0, 0.1)).toBeGreaterThan(0.985)
  expect(by(0.03, 0, 0.1)).toBeGreaterThan(0.93)
  expect(by(0.04, 0, 0.1)).toBeGreaterThan(0.75)
  expect(by(0.05, 0, 0.1)).toBeLessThan(0.8)
  expect(by(0.02, 0.04, 0.1)).toBeLessThan(by(0.02, 0, 0.1))
})

test('without a change hardly anything is caught, and at the margin at most what the level allows', () => {
  expect(by(0.03, 0, 0)).toBe(0)
  expect(by(0.03, 0, 0.03)).toBeLessThan(0.01)
})

test('more units catch more, and the same figures give the same shares', () => {
  const found = caughtBy({ within: 0.05, between: 0.01 }, margins, Math.log1p(0.1), { each: 3, most: 15 })
  expect([...found.keys()]).toEqual([6, 9, 12, 15])
  const shares = [...found.values()]
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(caughtBy({ within: 0.05, between: 0.01 }, margins, Math.log1p(0.1), { each: 3, most: 15 })).toEqual(
    found,
  )
})
