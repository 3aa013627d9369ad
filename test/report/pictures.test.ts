import { expect, test } from 'vitest'
import { micros } from '../../src/model/time.js'
import { heat } from '../../src/report/heat.js'
import { moments } from '../../src/report/moments.js'
import { outcomesOverTime } from '../../src/report/outcomes-over-time.js'
import { overTime, worstSecond } from '../../src/report/over-time.js'
import { roomFor } from '../../src/report/room.js'
import { subjects, type Subject } from '../../src/report/subjects.js'
import { timeline, type Timeline } from '../../src/report/timeline.js'
import { recorded, sampled, type Sampled, type Unit } from './recorded.js'
import { metric, scenarioVerdict } from './verdict.js'

const two = [
  { offset: 0, seconds: 4, phase: 'warm-up' },
  { offset: 4, seconds: 4, group: 0 },
  { offset: 8, seconds: 4, group: 1 },
] as const satisfies readonly Unit[]

const seconds = (samples: readonly Sampled[]): ReadonlySet<number> =>
  new Set(samples.map(({ second }) => second))

function both(
  units: readonly Unit[],
  control: readonly Sampled[],
  candidate: readonly Sampled[],
  most = 240,
) {
  const runs = {
    scenario: 'seat-selection',
    control: recorded('control', units, control),
    candidate: recorded('candidate', units, candidate),
  }
  const line = timeline(runs, { control: seconds(control), candidate: seconds(candidate) }, most)
  return { runs, line }
}

const first = (runs: Parameters<typeof subjects>[1]): Subject => {
  const [subject] = subjects(scenarioVerdict(), runs, 12)
  if (subject === undefined) throw new Error('There is no picture of anything')
  return subject
}

const many = (value: number): number[] => Array.from({ length: 20 }, () => value)

test('units lie end to end without the warm-up and what lies between them', () => {
  const own = [sampled(1, many(9)), sampled(4, many(9)), sampled(5, many(9)), sampled(8, many(9))]
  const { line } = both(two, own, [...own, sampled(9, many(9))])
  expect(line.seconds).toBe(4)
  expect(line.columns).toEqual([0, 1, 2, 3].map((at) => ({ at, seconds: 1 })))
  expect(line.stretches.map(({ at, seconds: length }) => [at, length])).toEqual([
    [0, 2],
    [2, 2],
  ])
  expect([...line.place.control]).toEqual([
    [4, 0],
    [5, 1],
    [8, 2],
  ])
})

test('the arms of a block, which ran one after the other, are laid over each other', () => {
  const block = [{ offset: 20, seconds: 8, kind: 'block' }] as const
  const { line } = both(
    block,
    [sampled(20, many(1)), sampled(22, many(1))],
    [sampled(24, many(1)), sampled(25, many(1))],
  )
  expect(line.seconds).toBe(3)
  expect(line.place.control.get(22)).toBe(2)
  expect(line.place.candidate.get(24)).toBe(0)
})

test('a column of several seconds stays within its unit, and shows the worst of each line', () => {
  const calm = [4, 5, 6, 7, 8, 9].map((second) => sampled(second, many(1_000)))
  const spike = [sampled(4, many(1_000)), sampled(5, [...many(1_000), ...many(81_234)]), ...calm.slice(2)]
  const { runs, line } = both(two, calm, spike, 3)
  expect(line.columns).toEqual([
    { at: 0, seconds: 2 },
    { at: 2, seconds: 2 },
    { at: 4, seconds: 2 },
  ])
  const subject = first(runs)
  expect(overTime(subject, line)).toEqual({
    kind: 'time',
    lines: [
      { arm: 'control', p50: [1_000, 1_000, 1_000], p90: [1_000, 1_000, 1_000], p99: [1_000, 1_000, 1_000] },
      // Half of that second took 81.234 ms: the histogram's cell goes up to 81.279 ms, which three digits say as 81.3.
      {
        arm: 'candidate',
        p50: [1_000, 1_000, 1_000],
        p90: [81_300, 1_000, 1_000],
        p99: [81_300, 1_000, 1_000],
      },
    ],
  })
  expect(worstSecond(subject, 'candidate', line)).toMatchObject({ at: 0 })
  expect(worstSecond(subject, 'candidate', line)?.p99).toBe(81_279)
})

test('a second without samples is a gap, not a zero', () => {
  const { runs, line } = both(two, [sampled(4, many(500)), sampled(6, many(700))], [sampled(5, many(600))])
  expect(overTime(first(runs), line).lines.map(({ p50 }) => p50)).toEqual([
    [500, null, 700],
    [null, 600, null],
  ])
})

test('the heat map counts every sample, in rows that both arms share, and leaves not one out', () => {
  const unit = [{ offset: 0, seconds: 2 }]
  const control = [sampled(0, [...Array.from({ length: 199 }, () => 1_050), 9_000])]
  const candidate = [sampled(1, [...many(1_050), ...many(2_100)])]
  const { runs, line } = both(unit, control, candidate)
  const plot = heat(first(runs), line)
  // Ten rows a decade, from the row that holds 1.05 ms to the one that holds 9 ms.
  expect(plot.edges).toEqual([1_000, 1_259, 1_585, 1_995, 2_512, 3_162, 3_981, 5_012, 6_310, 7_943, 10_000])
  expect(plot.arms).toEqual([
    // 199 of 200 are 30 % and more: 5. One of 200 is below 1 %: 1.
    { arm: 'control', columns: ['05000000001', ''] },
    { arm: 'candidate', columns: ['', '05005'] },
  ])
})

test('a value on an edge belongs to the row above it', () => {
  const unit = [{ offset: 0, seconds: 1 }]
  const { runs, line } = both(unit, [sampled(0, many(1_000))], [sampled(0, [...many(1_000), ...many(1_260)])])
  const plot = heat(first(runs), line)
  expect(plot.edges).toEqual([1_000, 1_259, 1_585])
  expect(plot.arms.map(({ columns }) => columns)).toEqual([['05'], ['055']])
})

test('outcomes are counted a second; of several seconds the worst is kept; one outcome makes no picture', () => {
  const own = [
    ...[4, 5].map((second) => sampled(second, many(900))),
    sampled(5, many(300).slice(0, 5), 'conflict'),
    sampled(5, [100], 'error'),
    ...[4, 5].map((second) => sampled(second, many(900), 'seen', 'look')),
  ]
  const { runs, line } = both([{ offset: 4, seconds: 4 }], own, own, 1)
  expect(line.columns).toEqual([{ at: 0, seconds: 2 }])
  const { several, only } = outcomesOverTime(runs, line)
  expect(only).toEqual(['look'])
  expect(several).toEqual([
    {
      metric: 'reserve',
      plot: {
        kind: 'stack',
        outcomes: ['won', 'conflict', 'error'],
        arms: [
          { arm: 'control', columns: [[20, 5, 1]] },
          { arm: 'candidate', columns: [[20, 5, 1]] },
        ],
      },
    },
  ])
})

test('what regressed has the first picture, then what is over budget, then whole journeys, then the most frequent', () => {
  const of = (name: string, outcome: string, times: number): Sampled =>
    sampled(
      0,
      Array.from({ length: times }, () => 1_000),
      outcome,
      name,
    )
  const own = [
    of('reserve', 'won', 40),
    of('reserve', 'conflict', 90),
    of('pay', 'paid', 30),
    of('whole', 'won', 20),
    of('look', 'seen', 999),
    of('rare', 'seen', 5),
  ]
  const { runs } = both([{ offset: 0, seconds: 1 }], own, own)
  const budgets = [
    {
      name: 'pay p99 ≤ 1 ms',
      step: 'pay',
      arm: 'candidate',
      limit: 1,
      unit: 'us',
      decision: 'broken',
      reason: 'over_limit',
    },
  ] as const
  const judged = scenarioVerdict({
    metrics: [metric('reserve conflict p50', 'regression', { statistic: 'p50' })],
    budgets,
  })
  const order = subjects(judged, runs, 9).map(({ metric: name, outcome, fault }) => [name, outcome, fault])
  expect(order).toEqual(
    [
      ['reserve', 'conflict', 'regression'],
      ['pay', 'paid', 'over budget'],
      ['whole', 'won', undefined],
      ['look', 'seen', undefined],
      ['reserve', 'won', undefined],
      ['rare', 'seen', undefined],
    ].slice(0, 5),
  )
})

test('fresh processes, spikes, faults and long pauses are marked where they happened', () => {
  const units = [
    { offset: 0, seconds: 3, group: 0 },
    {
      offset: 3,
      seconds: 3,
      group: 1,
      confirmation: true,
      phases: [
        { name: 'calm', arrivals: 'open', firstRow: 0, rows: 9 },
        { name: 'rush', arrivals: 'burst', firstRow: 9, rows: 9 },
      ],
    },
  ] as const satisfies readonly Unit[]
  const own = [0, 1, 2, 3, 4, 5].map((second) => sampled(second, many(9)))
  const line = timeline(
    { candidate: recorded('candidate', units, own) },
    { control: new Set(), candidate: seconds(own) },
    240,
  )
  const events = [
    { unit: 1, at: micros(0), kind: 'phase', text: 'calm' },
    { unit: 1, at: micros(1_530_000), kind: 'phase', text: 'rush' },
    { unit: 0, at: micros(2_000_000), kind: 'target_lost', text: 'The candidate does not answer any more.' },
    { unit: 0, at: micros(700_000), kind: 'gc', text: 'a pause of 12 ms' },
    { unit: 0, at: micros(99_000_000), kind: 'no_probes', text: 'silent' },
  ]
  const runs = { scenario: 'x', candidate: recorded('candidate', units, own, events) }
  expect(moments(runs, line)).toEqual([
    { at: 0.7, kind: 'gc', label: 'GC', text: 'garbage collection: a pause of 12 ms' },
    { at: 2, kind: 'fault', label: 'target lost', text: 'The candidate does not answer any more' },
    {
      at: 3,
      kind: 'start',
      label: 'start 2',
      text: 'start 2: fresh processes of the targets, to confirm what was found',
    },
    { at: 4.5, kind: 'peak', label: 'rush', text: 'rush: all at one instant' },
  ])
})

test('a pause that no event tells of is told from the health of its unit, when it was long', () => {
  const health = (max: number) => {
    const unit = recorded('candidate', [{ offset: 0, seconds: 1 }], []).file.units[0]
    if (unit === undefined) throw new Error('no unit')
    return { ...unit.health, gcPause: { count: 2, max: micros(max), total: micros(max), share: 0.012 } }
  }
  const told = (max: number): readonly string[] => {
    const units = [{ offset: 0, seconds: 1, health: health(max) }]
    const own = [sampled(0, many(9))]
    const runs = { scenario: 'x', candidate: recorded('candidate', units, own) }
    const line: Timeline = timeline(runs, { control: new Set(), candidate: seconds(own) }, 9)
    return moments(runs, line).map(({ text }) => text)
  }
  expect(told(9_000)).toEqual([])
  expect(told(12_000)).toEqual([
    'garbage collection of the load generator, somewhere in unit 0: at most 12.0 ms at once, 1.2 % of its time in all',
  ])
})

test('the more there is to draw, the fewer points each picture has', () => {
  const runs = (outcomes: number) => {
    const samples = Array.from({ length: outcomes }, (_, n) => sampled(0, many(9), `o${n}`))
    return { scenario: 'x', candidate: recorded('candidate', [{ offset: 0, seconds: 1 }], samples) }
  }
  expect(roomFor([runs(3)])).toEqual({ subjects: 40, columns: 240 })
  expect(roomFor([runs(50)])).toEqual({ subjects: 40, columns: 150 })
  expect(roomFor(Array.from({ length: 60 }, () => runs(9)))).toEqual({ subjects: 3, columns: 33 })
  expect(roomFor([runs(50)], 0.5)).toEqual({ subjects: 20, columns: 150 })
  expect(roomFor([runs(50)], 0)).toMatchObject({ subjects: 0 })
})
