import { expect, test } from 'vitest'
import { burst, closed, inOrder, ms, open, perSecond, phase, seconds, surge } from 'vge-perf'
import { dismissLayout, gatherLayout } from '../../src/plan/audience.js'
import { phaseRows } from '../../src/plan/rows.js'
import { blockLayout, slicesLayout, splitPhases } from '../../src/plan/unit.js'

const load = inOrder(
  phase('before', open(perSecond(50), seconds(4))),
  phase('opening', surge(300, ms(500), seconds(3))),
  phase('round', closed(5, seconds(2))),
  phase('rush', burst(20)),
)
const { steady, blocks } = splitPhases(load.phases)
const shared = { seed: 's', unit: 2, firstRow: 1_000, slice: ms(250), order: [1, 0] }

test('phases of a block have the rows that their journeys are numbered by, on either arm', () => {
  const layout = blockLayout({ ...shared, phases: blocks, arms: 2 })
  const found = phaseRows(layout, load)
  expect(found.map(({ name, arrivals }) => [name, arrivals])).toEqual([
    ['opening', 'surge'],
    ['round', 'closed'],
    ['rush', 'burst'],
  ])
  const [opening, round, rush] = found
  expect([opening?.firstRow, round?.rows, rush?.rows]).toEqual([1_000, 5_000, 20])
  for (const [index, { name, arm }] of layout.phases.entries()) {
    if (name === 'round') continue
    const numbers = layout.table.n.filter((_, row) => layout.table.phase[row] === index)
    const rows = found.find((one) => one.name === name)
    expect([arm, Math.min(...numbers), numbers.length]).toEqual([arm, rows?.firstRow, rows?.rows])
    // In the order of arrival.
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
  expect((rush?.firstRow ?? 0) + (rush?.rows ?? 0)).toBe(1_000 + layout.rows)
})

test('slices, and one arm alone, have theirs', () => {
  const slices = slicesLayout({ ...shared, phases: steady, arms: 2, length: seconds(3) })
  const before = { name: 'before', arrivals: 'open', firstRow: 1_000 }
  expect(phaseRows(slices, load)).toEqual([{ ...before, rows: slices.rows }])
  const alone = blockLayout({ ...shared, phases: steady, arms: 1 })
  expect(phaseRows(alone, load)).toEqual([{ ...before, rows: alone.rows }])
})

test('watchers are no phase of the load, and nothing is nothing', () => {
  const gathered = gatherLayout({ count: 5, joining: seconds(1) }, { ...shared, arms: 2 })
  expect(phaseRows(gathered, load)).toEqual([])
  expect(phaseRows(dismissLayout, load)).toEqual([])
})
