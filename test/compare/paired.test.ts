import { expect, test } from 'vitest'
import { arms, judged, latencies, type Plan } from './cases.js'
import { memoryRun, type UnitSpec } from './runs.js'

/** Units added until the judge has enough, then three fresh ones if it wants them: what a gate does. */
function gate(plan: Plan): ReturnType<typeof judged> {
  for (const units of [2, 4, 6, 8, 10, 12]) {
    const capReached = units === 12
    const found = judged({ ...arms({ ...plan, units }), capReached })
    if (found.wants === 'confirmation')
      return judged({ ...arms({ ...plan, units, confirmations: 3 }), capReached: true })
    if (found.wants === 'nothing') return found
  }
  throw new Error('a gate that never ends')
}

test('equal builds: some hundred seeded gates, and not one alarm', () => {
  const outcomes = Array.from(
    { length: 200 },
    (_, index) => gate({ seed: `aa${index}`, sigma: 0.02 }).verdict.outcome,
  )
  expect(outcomes.filter((outcome) => outcome !== 'pass')).toEqual([])
}, 60_000)

test('a candidate 10 % slower at σ = 2 % is caught, confirmed on fresh units, and said in one line', () => {
  const found = Array.from(
    { length: 40 },
    (_, index) => gate({ seed: `slow${index}`, sigma: 0.02, slower: 1.1 }).verdict,
  )
  expect(found.filter((verdict) => verdict.outcome === 'regression').length).toBeGreaterThanOrEqual(38)
  const { headline, exit } = gate({ seed: 'line', slower: 1.14 }).verdict
  expect(exit).toBe(1)
  expect(headline).toMatch(
    /^reserve is slower: p\d0 \+1\d % \(between \+1\d and \+1\d %\), 7 units, confirmed on fresh processes$/,
  )
}, 60_000)

test('a finding that fresh processes do not show again is no regression', () => {
  const once = judged(arms({ units: 6, slower: 1.15 }))
  expect([once.verdict.outcome, once.wants]).toEqual(['regression', 'confirmation'])
  const again = judged(arms({ units: 6, slower: 1.15, slowerAgain: 1, confirmations: 3 }))
  expect([again.verdict.outcome, again.verdict.reason, again.wants]).toEqual([
    'inconclusive',
    'not_confirmed',
    'more_units',
  ])
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
  expect([verdict.outcome, verdict.exit, verdict.reason, wants]).toEqual([
    'inconclusive',
    3,
    'undecided_at_cap',
    'nothing',
  ])
  expect(judged(arms({ units: 2 })).wants).toBe('more_units')
  expect(judged({ ...arms({ units: 2 }), capReached: true }).verdict.reason).toBe('too_few_units')
})

const steady = (count: number, of: (index: number) => UnitSpec): UnitSpec[] =>
  Array.from({ length: count }, (_, index) => of(index))
const calm = () => 0

test('a fast refusal does not flatter a slow win: the win is judged, the refusal shown', () => {
  const promises = { wins: { reserve: { won: 'hold' } } }
  const reserves = (factor: number): UnitSpec => ({
    samples: {
      reserve: {
        won: latencies(200, factor, calm).reserve?.won ?? [],
        conflict: Array.from({ length: 400 }, () => 1_000),
      },
    },
    receipts: { hold: 200 },
  })
  const control = memoryRun({ arm: 'control', units: steady(4, () => reserves(1)), promises })
  const candidate = memoryRun({ units: steady(4, () => reserves(1.3)), promises })
  const { metrics } = judged({ control, candidate }).verdict
  const decision = (name: string): unknown =>
    metrics.filter((one) => one.name === name).map((one) => [one.role, one.decision])
  expect(decision('reserve p50')).toEqual([['gate', 'regression']])
  expect(decision('reserve p75–p95')).toEqual([['gate', 'regression']])
  expect(decision('reserve conflict p50')).toEqual([['diagnostic', 'inconclusive']])
})

test('bursts and warm-up never gate on latency', () => {
  const both = (more: Partial<UnitSpec>) => {
    const of = (arm: 'control' | 'candidate', factor: number) =>
      memoryRun({ arm, units: steady(4, () => ({ ...more, samples: latencies(200, factor, calm) })) })
    return judged({ control: of('control', 1), candidate: of('candidate', 2), capReached: true }).verdict
  }
  const burst = both({ kind: 'block', loaded: 0 })
  expect(burst.outcome).toBe('pass')
  expect(burst.metrics.some((metric) => metric.name === 'achieved rate')).toBe(false)
  expect(burst.metrics.find((metric) => metric.name === 'reserve p50')?.role).toBe('diagnostic')
  const warm = both({ phase: 'warm-up' })
  expect([warm.outcome, warm.exit, warm.reason]).toEqual(['failed', 4, 'no_samples'])
})

test('half the answers at the same latency is a regression of the achieved rate', () => {
  const control = memoryRun({
    arm: 'control',
    units: steady(4, () => ({ samples: latencies(200, 1, calm) })),
  })
  const candidate = memoryRun({
    units: steady(4, () => ({ intended: 220, samples: latencies(100, 1, calm) })),
  })
  const { verdict } = judged({ control, candidate })
  expect(verdict.metrics.find((metric) => metric.name === 'achieved rate')?.decision).toBe('regression')
  expect(verdict.headline).toMatch(/^fewer journeys are answered: achieved rate −50 %/)
})

test('a closed load is held to its throughput', () => {
  const closed = (arm: 'control' | 'candidate', count: number) =>
    memoryRun({
      arm,
      units: steady(4, (group) => ({ kind: 'block', group, samples: latencies(count + group, 1, calm) })),
    })
  const half = judged({ control: closed('control', 200), candidate: closed('candidate', 100) })
  // Each of its blocks ran on processes of its own: there is nothing to confirm them on.
  expect([half.verdict.exit, half.wants]).toEqual([1, 'nothing'])
  const reset = (arm: 'control' | 'candidate', groups: number, failed: number) =>
    memoryRun({
      arm,
      units: Array.from({ length: groups }, (_, group) => ({
        kind: 'block' as const,
        group,
        samples: {
          reserve: {
            won: Array.from({ length: 400 - failed }, () => 900),
            error: Array.from({ length: failed }, () => 900),
          },
        },
      })),
    })
  // One start is not enough to block a release, whatever it shows.
  const first = judged({ control: reset('control', 1, 0), candidate: reset('candidate', 1, 60) })
  expect([first.verdict.exit, first.wants]).toEqual([1, 'more_units'])
  const second = judged({ control: reset('control', 2, 0), candidate: reset('candidate', 2, 60) })
  expect([second.verdict.exit, second.wants]).toEqual([1, 'nothing'])
  const same = judged({ control: closed('control', 200), candidate: closed('candidate', 198) })
  expect([same.verdict.exit, same.wants]).toEqual([0, 'nothing'])
})

test('looks fall on the ends of starts, from the second start on', () => {
  const three = (units: number) => {
    const of = (arm: 'control' | 'candidate', factor: number) =>
      memoryRun({
        arm,
        units: steady(units, (n) => ({
          group: Math.floor(n / 3),
          samples: latencies(200, factor + 0.001 * (n % 3), calm),
        })),
      })
    return judged({ control: of('control', 1), candidate: of('candidate', 1.2) })
  }
  expect([3, 6, 7, 9].map((units) => three(units).wants)).toEqual([
    'more_units',
    'confirmation',
    'more_units',
    'confirmation',
  ])
})

test('samples: none is exit 4, too few is exit 3, and a figure finer than the clock is only shown', () => {
  const { control } = arms()
  const other = memoryRun({ units: steady(4, () => ({ samples: { other: { won: [1] } } })) })
  const oneSided = judged({ control, candidate: other, capReached: true }).verdict
  expect([oneSided.exit, oneSided.reason]).toEqual([3, 'one_sided'])
  expect(oneSided.headline).toContain('only one side recorded it')
  const none = judged({ control: other, candidate: other, capReached: true }).verdict
  expect([none.exit, none.reason]).toEqual([4, 'no_samples'])
  const few = judged({ ...arms({ samples: 30 }), capReached: true }).verdict
  expect([few.exit, few.reason]).toEqual([3, 'too_few_samples'])
})
