import { expect, test } from 'vitest'
import { LostTarget } from '../../src/engine/conduct/lost-target.js'
import { newTally, type Tally } from '../../src/engine/journey/tally.js'

/** Of so many steps that began some were answered, then some found nobody. */
const tally = (begun: number, answered: number, lost: number): Tally[] => [
  {
    ...newTally({ name: 't', steps: {} } as never),
    begun,
    answered,
    failed: lost,
    lost,
    lostStreak: lost,
  },
]

test('one reset before a slow target’s first answers is no lost target', () => {
  const target = new LostTarget()
  expect(target.see('control', tally(3, 0, 1), 0)).toBe(false)
  expect(target.see('control', tally(65, 0, 1), 6_000)).toBe(false)
  expect(target.suspected('control')).toBe(true)
  expect(target.see('control', tally(90, 10, 1), 7_000)).toBe(false)
})

test('a target that refuses from the start is lost, by few steps where none is under way, else by many', () => {
  const few = new LostTarget()
  expect(few.see('control', tally(1, 0, 1), 0)).toBe(false)
  expect(few.see('control', tally(2, 0, 2), 4_999)).toBe(false)
  expect(few.see('control', tally(2, 0, 2), 5_000)).toBe(true)
  const many = new LostTarget()
  expect(many.see('control', tally(30, 0, 19), 0)).toBe(false)
  expect(many.see('control', tally(30, 0, 19), 5_000)).toBe(false)
  expect(many.see('control', tally(31, 0, 20), 5_001)).toBe(true)
})

test('a target that answered is lost when many steps in a row found nobody, for a while', () => {
  const target = new LostTarget()
  expect(target.see('control', tally(50, 50, 0), 0)).toBe(false)
  expect(target.see('control', tally(70, 50, 19), 100)).toBe(false)
  expect(target.see('control', tally(71, 50, 20), 2_099)).toBe(false)
  expect(target.see('control', tally(71, 50, 20), 2_100)).toBe(true)
})
