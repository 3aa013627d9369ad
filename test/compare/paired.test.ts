import { expect, test } from 'vitest'
import { plannedLooks } from '../../src/stats/sequential.js'
import { arms, judged, latencies, type Plan } from './cases.js'
import { memoryRun } from './runs.js'

/** Units added until the judge has enough, then three fresh ones if it wants them: what a gate does. */
function gate(plan: Plan): ReturnType<typeof judged> {
  for (const units of plannedLooks) {
    const capReached = units === plannedLooks.at(-1)
    const found = judged({ ...arms({ ...plan, units }), capReached })
    if (found.wants === 'confirmation') return judged({ ...arms({ ...plan, units, confirmations: 3 }), capReached: true })
    if (found.wants === 'nothing') return found
  }
  throw new Error('a gate that never ends')
}

test('equal builds: some hundred seeded gates, and not one alarm', () => {
  const outcomes = Array.from({ length: 200 }, (_, index) => gate({ seed: `aa${index}`, sigma: 0.02 }).verdict.outcome)
  expect(outcomes.filter((outcome) => outcome !== 'pass')).toEqual([])
}, 60_000)

test('a candidate 10 % slower at σ = 2 % is caught, confirmed on fresh units, and said in one line', () => {
  const found = Array.from({ length: 40 }, (_, index) => gate({ seed: `slow${index}`, sigma: 0.02, slower: 1.1 }).verdict)
  expect(found.filter((verdict) => verdict.outcome === 'regression').length).toBeGreaterThanOrEqual(38)
  const { headline, exit } = gate({ seed: 'line', slower: 1.14 }).verdict
  expect(exit).toBe(1)
  expect(headline).toMatch(/^reserve is slower: p\d0 \+1\d % \(between \+1\d and \+1\d %\), 7 units, confirmed on fresh processes$/)
}, 60_000)

test('a finding that fresh processes do not show again is no regression', () => {
  const once = judged({ ...arms({ slower: 1.08, sigma: 0.002 }) })
  expect(once.verdict.outcome).toBe('regression')
  expect(once.wants).toBe('confirmation')
  const again = judged({ ...arms({ slower: 1.08, slowerAgain: 1, sigma: 0.002, confirmations: 3 }) })
  expect(again.verdict.outcome).toBe('inconclusive')
  expect(again.verdict.reason).toBe('not_confirmed')
  expect(again.wants).toBe('more_units')
})

test('a faster candidate is an improvement, exit 0', () => {
  const { verdict, wants } = judged(arms({ slower: 0.8 }))
  expect([verdict.outcome, verdict.exit, wants]).toEqual(['improvement', 0, 'nothing'])
  expect(verdict.headline).toMatch(/^reserve is faster: p\d0 −\d+ %/)
})

test('undecided asks for more units, and at the cap ends as inconclusive', () => {
  const noisy = { sigma: 0.12, units: 4, seed: 'noise' }
  expect(judged(arms(noisy)).wants).toBe('more_units')
  const { verdict, wants } = judged({ ...arms(noisy), capReached: true })
  expect([verdict.outcome, verdict.exit, verdict.reason, wants]).toEqual(['inconclusive', 3, 'undecided_at_cap', 'nothing'])
  expect(judged(arms({ units: 2 })).wants).toBe('more_units')
  expect(judged({ ...arms({ units: 2 }), capReached: true }).verdict.reason).toBe('too_few_units')
})

test('a fast refusal does not flatter a slow win: the win is judged, the refusal shown', () => {
  const { control } = arms({ units: 4, sigma: 0 })
  const slow = Array.from({ length: 4 }, () => {
    const { reserve } = latencies(200, 1.3, () => 0)
    return { samples: { reserve: { won: reserve?.won ?? [], conflict: Array.from({ length: 400 }, () => 1_000) } } }
  })
  const { verdict } = judged({ control, candidate: memoryRun({ units: slow, promises: { wins: { reserve: { won: 'hold' } } } }) })
  const gating = verdict.metrics.filter((metric) => metric.role === 'gate' && metric.unit === 'us')
  expect(gating.map((metric) => [metric.name, metric.decision])).toEqual([
    ['reserve p50', 'regression'],
    ['reserve p90', 'regression'],
  ])
  expect(verdict.metrics.find((metric) => metric.name === 'reserve conflict p50')?.role).toBe('diagnostic')
})

test('bursts and warm-up never gate on latency', () => {
  const { control, candidate } = arms({ slower: 2 }, {}, {})
  const as = (run: typeof control, change: 'block' | 'warm-up') =>
    memoryRun({
      arm: run.file.arm,
      units: run.file.units.flatMap((unit) => {
        const samples = { reserve: { won: [8_000, 9_000].map((value) => value * (run === candidate ? 2 : 1)) } }
        return change === 'block' ? [{ kind: 'block' as const, samples }] : [{ phase: 'warm-up' as const, samples }]
      }),
    })
  const burst = judged({ control: as(control, 'block'), candidate: as(candidate, 'block') })
  expect(burst.verdict.outcome).toBe('pass')
  expect(burst.verdict.metrics.find((metric) => metric.name === 'reserve p50')?.role).toBe('diagnostic')
  const warm = judged({ control: as(control, 'warm-up'), candidate: as(candidate, 'warm-up'), capReached: true })
  expect([warm.verdict.outcome, warm.verdict.exit]).toEqual(['failed', 4])
})

test('half the answers at the same latency is a regression of the achieved rate', () => {
  const { control } = arms({ sigma: 0 })
  const { normal } = draws0()
  const units = Array.from({ length: 4 }, () => ({ intended: 220, samples: latencies(100, 1, normal) }))
  const { verdict } = judged({ control, candidate: memoryRun({ units }) })
  expect(verdict.metrics.find((metric) => metric.name === 'achieved rate')?.decision).toBe('regression')
  expect(verdict.headline).toMatch(/^fewer journeys are answered: achieved rate −50 %/)
})

function draws0(): { normal: () => number } {
  return { normal: () => 0 }
}

test('samples: none is exit 4, too few is exit 3, and a figure finer than the clock is only shown', () => {
  const { control, candidate } = arms()
  const none = judged({ control, candidate: memoryRun({ units: [0, 1, 2, 3].map(() => ({ samples: { other: { won: [1] } } })) }), capReached: true })
  expect([none.verdict.exit, none.verdict.reason]).toEqual([4, 'no_samples'])
  const few = judged({ ...arms({ samples: 30 }), capReached: true })
  expect([few.verdict.exit, few.verdict.reason]).toEqual([3, 'too_few_samples'])
  const coarse = judged({ control, candidate: memoryRun({ units: [], clock: 1_000, ...specOf(candidate) }) })
  expect(coarse.verdict.metrics.find((metric) => metric.name === 'reserve p50')?.reason).toBe('clock_too_coarse')
})

const specOf = (run: ReturnType<typeof arms>['control']) => ({
  units: run.file.units.map(() => ({ samples: latencies(200, 1, () => 0) })),
  clock: 1_000,
})
