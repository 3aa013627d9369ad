import { expect, test } from 'vitest'
import { burst, closed, inOrder, ms, open, perSecond, phase, seconds } from 'vge-perf'
import { assertWithinLimits, sizeOf } from '../../src/plan/limits.js'
import { blockLayout, slicesLayout, splitPhases } from '../../src/plan/unit.js'

const load = inOrder(
  phase('select', open(perSecond(100), seconds(4))),
  phase('rush', burst(50)),
  phase('round', closed(5, seconds(2))),
)
const shared = { seed: 's', unit: 2, firstRow: 1_000, slice: ms(250) }

test('phases of an even rate alternate, others are blocks', () => {
  const { steady, blocks } = splitPhases(load.phases)
  expect(steady.map(({ name }) => name)).toEqual(['select'])
  expect(blocks.map(({ name }) => name)).toEqual(['rush', 'round'])
})

test('a unit of slices gives both arms the same rows, after those before it', () => {
  const layout = slicesLayout({
    ...shared,
    phases: splitPhases(load.phases).steady,
    arms: 2,
    length: seconds(4),
  })
  const rowsOf = (arm: number) => layout.table.n.filter((_, index) => layout.table.arm[index] === arm)
  expect(new Set(rowsOf(0))).toEqual(new Set(rowsOf(1)))
  expect(Math.min(...rowsOf(0))).toBe(1_000)
  expect([rowsOf(0).length, rowsOf(1).length]).toEqual([layout.rows, layout.rows])
  expect(layout.loaded).toBe(2_000_000)
})

test('a block sends exactly its count to each arm, in the order given', () => {
  const layout = blockLayout({ ...shared, phases: splitPhases(load.phases).blocks, arms: 2, order: [1, 0] })
  expect(layout.phases.map(({ name, arm, count }) => [name, arm, count])).toEqual([
    ['rush', 1, 50],
    ['round', 1, 0],
    ['rush', 0, 50],
    ['round', 0, 0],
  ])
  expect(layout.table.at.length).toBe(100)
  expect(layout.kind).toBe('block')
  expect(new Set(layout.table.n.slice(0, 50))).toEqual(new Set(layout.table.n.slice(50)))
})

test('one arm alone runs its open phases whole', () => {
  const layout = blockLayout({ ...shared, phases: splitPhases(load.phases).steady, arms: 1, order: [1, 0] })
  expect(layout.kind).toBe('slices')
  expect(layout.phases.map(({ name, arm, duration }) => [name, arm, duration])).toEqual([
    ['select', 0, 4_000_000],
  ])
  expect(layout.table.at.length).toBe(layout.rows)
})

test('load is bounded in count, time, and by the environment', () => {
  const { phases } = inOrder(phase('long', open(perSecond(1_000), seconds(7_000))))
  expect(() => assertWithinLimits({ load: { phases } }, 'full', undefined)).toThrow(/at most 5000000/)
  const environment = { hosts: ['staging'], maxRate: 50, maxConnections: 10, profiles: ['smoke'] }
  expect(() => assertWithinLimits({ load }, 'ci', environment)).toThrow(/not allowed/)
  expect(() => assertWithinLimits({ load }, 'smoke', environment)).toThrow(/allows 50/)
  expect(sizeOf(load.phases[0] ?? phase('none', burst(1)))).toEqual({ journeys: 400, seconds: 4 })
})
