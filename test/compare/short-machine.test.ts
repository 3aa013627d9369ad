import { expect, test } from 'vitest'
import { unlessShort } from '../../src/compare/short-machine.js'
import { pairUp } from '../../src/compare/units.js'
import { draws } from '../stats/draws.js'
import { memoryRun } from './runs.js'

const units = Array.from({ length: 24 }, (_, index) => ({ group: Math.floor(index / 3), samples: {} }))
const control = memoryRun({ arm: 'control', units })
const pairs = pairUp(memoryRun({ units }), control)
const broken = { decision: 'broken', reason: 'over_limit' } as const

/** Share of gates that call a limit broken at any look, after the second start and each that follows, by what a unit of either arm showed. */
function called(
  gates: number,
  worse: number,
  luck: { readonly start: number; readonly unit: number },
): number {
  const { normal } = draws(`${worse} ${luck.start}`)
  let found = 0
  for (let gate = 0; gate < gates; gate += 1) {
    // Shares over a limit: many small, few large.
    const of = (factor: number): number[] => {
      const starts = Array.from({ length: 8 }, () => luck.start * normal())
      return pairs.map(({ group }) => 0.02 * factor * Math.exp((starts[group] ?? 0) + luck.unit * normal()))
    }
    const [was, is] = [of(1), of(worse)]
    const at = (starts: number): boolean => {
      const beside = { run: control, pairs: pairs.filter(({ group }) => group < starts) }
      const more = ({ index }: { readonly index: number }): number => (is[index] ?? NaN) - (was[index] ?? NaN)
      return unlessShort(beside, more, broken).decision === 'broken'
    }
    if ([2, 3, 4, 5, 6, 7, 8].some(at)) found += 1
  }
  return found / gates
}

test('equal builds break no limit on a short machine, whatever luck starts and units have; a worse one does', () => {
  for (const luck of [
    { start: 0, unit: 0.5 },
    { start: 0.5, unit: 0.5 },
    { start: 1, unit: 1 },
  ])
    expect(called(500, 1, luck), JSON.stringify(luck)).toBeLessThanOrEqual(0.015)
  expect(called(100, 5, { start: 0.3, unit: 0.5 })).toBeGreaterThan(0.9)
})

test('without a control to hold it beside a limit is absolute', () => {
  expect(unlessShort(undefined, () => 0, broken)).toEqual(broken)
})
