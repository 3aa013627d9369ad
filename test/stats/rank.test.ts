import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kendallTau } from '../../src/stats/rank.js'

type Pairs = readonly (readonly [number, number])[]

/** By its definition: every pair of things is looked at. */
function slowTau(pairs: Pairs): number {
  let [difference, freeX, freeY] = [0, 0, 0]
  for (const [index, [x, y]] of pairs.entries())
    for (const [otherX, otherY] of pairs.slice(0, index)) {
      difference += Math.sign(x - otherX) * Math.sign(y - otherY)
      freeX += Number(x !== otherX)
      freeY += Number(y !== otherY)
    }
  return difference / Math.sqrt(freeX * freeY)
}

test('τ-b is what its definition says, whatever the ties', () => {
  const few = fc.integer({ min: -3, max: 6 })
  fc.assert(
    fc.property(fc.array(fc.tuple(few, few), { minLength: 2, maxLength: 40 }), (pairs) => {
      const [fast, slow] = [kendallTau(pairs), slowTau(pairs)]
      if (Number.isNaN(slow)) expect(fast).toBeNaN()
      else expect(fast).toBeCloseTo(slow, 12)
    }),
  )
})

test('one thing, none, or all alike have no order', () => {
  for (const pairs of [
    [],
    [[1, 2]],
    [
      [1, 2],
      [1, 3],
    ],
    [
      [1, 2],
      [2, 2],
    ],
  ] satisfies Pairs[])
    expect(kendallTau(pairs)).toBeNaN()
})

test('the order of the input is nothing to it', () => {
  const pairs: Pairs = [
    [3, 30],
    [1, 10],
    [2, 40],
    [5, 50],
    [4, 20],
  ]
  expect(kendallTau(pairs)).toBeCloseTo(0.4, 12)
  expect(kendallTau(pairs.toReversed())).toBeCloseTo(0.4, 12)
})
