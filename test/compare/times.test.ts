import { expect, test } from 'vitest'
import type { Run } from '../../src/model/artefact.js'
import type { Part } from '../../src/model/engine.js'
import { ms } from '../../src/model/time.js'
import { timesOf } from '../../src/compare/times.js'
import { judged } from './cases.js'
import { memoryRun } from './runs.js'

const many = (count: number, value: number): number[] => Array.from({ length: count }, () => value)
const samples = {
  reserve: { won: many(80, 4_000), conflict: many(20, 1_000) },
  pay: { accepted: many(80, 10_000) },
  heard: { told: many(900, 3_000) },
  whole: { bought: many(80, 14_500), conflict: many(20, 2_000) },
}

/** A run whose steps, but not what was heard, spent these shares of their time in parts. */
function parted(shares: Readonly<Partial<Record<Part, number>>>): Run {
  const run = memoryRun({ units: [{ samples, phase: 'warm-up' }, { samples }, { samples }] })
  const inParts = run.counters
    .filter(({ metric }) => metric !== 'heard')
    .flatMap((one) =>
      Object.entries(shares).map(([part, share]) => ({ ...one, part: part as Part, sum: one.sum * share })),
    )
  return { ...run, counters: [...run.counters, ...inParts] }
}

test('each outcome has its exact mean and its share of all journeys’ time; journeys come first, then the largest', () => {
  const times = timesOf(parted({ lag: 0.25, wait: 0.75 }), 'candidate')
  expect(times.map(({ metric, outcome }) => `${metric} ${outcome}`)).toEqual([
    'whole bought',
    'whole conflict',
    'pay accepted',
    'reserve won',
    'reserve conflict',
    'heard told',
  ])
  // Two measured units; the warm-up is not counted. All journeys took 80 × 14.5 + 20 × 2 ms a unit.
  expect(times[2]).toMatchObject({ arm: 'candidate', count: 160, mean: 10_000, p50: 10_000, p99: 10_000 })
  expect(times[2]?.share).toBeCloseTo(800 / 1_200)
  expect(times[2]?.parts).toEqual({ lag: 2_500, wait: 7_500 })
  expect(times[4]?.share).toBeCloseTo(20 / 1_200)
})

test('what was heard has no part, and takes none of a journey’s time', () => {
  const heard = timesOf(parted({ wait: 1 }), 'candidate').at(-1)
  expect(heard).toMatchObject({ metric: 'heard', count: 1_800, parts: {} })
  expect(heard).not.toHaveProperty('share')
})

test('a step’s share is of the journeys of its own phase', () => {
  const phased = memoryRun({
    units: [
      {
        samples: {
          'reserve@calm': { won: many(10, 1_000) },
          'whole@calm': { won: many(10, 2_000) },
          'whole@rush': { won: many(10, 900_000) },
        },
      },
    ],
  })
  const run = {
    ...phased,
    counters: [...phased.counters, ...phased.counters.map((one) => ({ ...one, part: 'wait' as const }))],
  }
  expect(timesOf(run, 'candidate').find(({ metric }) => metric === 'reserve@calm')?.share).toBe(0.5)
})

test('a verdict carries the times and the errors of both arms, and names the outcome that a budget’s figure is of', () => {
  const promises = { budgets: { quantiles: { whole: { p99: ms(5_000) } } } }
  const failing = {
    reserve: { ...samples.reserve, error: many(5, 900) },
    whole: { ...samples.whole, conflict: many(20, 30_000) },
  }
  const { verdict } = judged({
    candidate: memoryRun({ units: [{ samples: failing }, { samples: failing }], promises }),
    control: memoryRun({ arm: 'control', units: [{ samples }, { samples }], promises }),
    capReached: true,
  })
  expect(new Set(verdict.times.map(({ arm }) => arm))).toEqual(new Set(['control', 'candidate']))
  expect(verdict.errors).toEqual([
    { arm: 'candidate', step: 'reserve', class: 'target', reason: 'http_500', count: 10, example: '' },
  ])
  expect(verdict.budgets[0]).toMatchObject({ name: 'whole p99 ≤ 5 s', outcome: 'conflict', value: 30_000 })
})
