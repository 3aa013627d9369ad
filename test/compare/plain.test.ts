import { expect, test } from 'vitest'
import type { UnitEvent } from '../../src/model/artefact.js'
import { micros, seconds } from '../../src/model/time.js'
import { judged } from './cases.js'
import { memoryRun, type UnitSpec } from './runs.js'

const many = (count: number, value: number): number[] => Array.from({ length: count }, () => value)
const second = 1_000_000
/** When the sale begins on the second arm of a unit, microseconds of the unit. */
const candidatesTurn = 60_500_000

/** Sales that are all answered, and whose last seat is won, after so many seconds; three of them, each on a start of its own. */
function sales(arm: 'control' | 'candidate', drain: number, sold: number, apart: number) {
  const units = [0, 1, 2].map((group): UnitSpec => {
    const spread = 1 + apart * (group - 1)
    const begun =
      Date.parse('2026-11-24T12:00:00Z') + group + (arm === 'control' ? 500 : candidatesTurn / 1_000)
    return {
      group,
      kind: 'block',
      loaded: 0,
      samples: { 'reserve@sale': { won: many(2, 9_000), conflict: many(40, 2_000) } },
      phases: [{ name: 'sale', arrivals: 'surge', firstRow: 0, rows: 100 }],
      drain: { sale: drain * second * spread },
      // Units of memory start a millisecond after one another, and the sale half a second later.
      wins: [
        [3, begun + 1_000],
        [7, begun + sold * 1_000 * spread],
      ],
    }
  })
  // The control's comes first, the candidate's when the control's is over: each record holds both.
  const events = [0, 1, 2].flatMap((unit) =>
    [500_000, candidatesTurn].map((at): UnitEvent => ({ unit, at: micros(at), kind: 'phase', text: 'sale' })),
  )
  const promises = {
    budgets: { quantiles: {}, drain: seconds(40) },
    tolerances: {},
    wins: { reserve: { won: 'hold' } },
  }
  return memoryRun({
    arm,
    units: units.map((unit) => ({ ...unit, receipts: { hold: 2 } })),
    events,
    promises,
  })
}

const plainOf = (was: ReturnType<typeof sales>, is: ReturnType<typeof sales>): readonly string[] =>
  judged({ control: was, candidate: is }).verdict.plain ?? []

test('a sale that takes longer is said in seconds of those who wait', () => {
  expect(plainOf(sales('control', 39, 38, 0.01), sales('candidate', 52, 51, 0.02))).toEqual([
    'all of sale have their answer after 52 s instead of 39 s',
    'the last winner of sale has won after 51 s instead of 38 s',
  ])
})

test('what differs from sale to sale by as much is not said, but for a broken budget beside its control', () => {
  // Over its budget of 40 s in the slowest of three, and no longer than the control on average.
  expect(plainOf(sales('control', 35, 30, 0.3), sales('candidate', 36, 31, 0.4))).toEqual([
    'all of sale have their answer after 36 s instead of 35 s',
  ])
  expect(plainOf(sales('control', 35, 30, 0.01), sales('candidate', 35, 30, 0.02))).toEqual([])
})

test('the wait of half the buyers is said by its own figure', () => {
  const reserves = (value: number) =>
    Array.from({ length: 6 }, (_, n): UnitSpec => ({ samples: { reserve: { won: many(100, value + n) } } }))
  expect(
    plainOf(memoryRun({ arm: 'control', units: reserves(41_000) }), memoryRun({ units: reserves(47_000) })),
  ).toEqual(['half of all reserve take longer than 47 ms, where it was 41 ms'])
})
