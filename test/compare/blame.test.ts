import { expect, test } from 'vitest'
import { latencyBlame } from '../../src/compare/blame-latency.js'
import { movedProbes } from '../../src/compare/blame-probes.js'
import { movedShares } from '../../src/compare/blame-shares.js'
import { pairUp, type Compared } from '../../src/compare/units.js'
import type { ProbeFacts, Run } from '../../src/model/artefact.js'
import { micros, ms } from '../../src/model/time.js'
import { draws } from '../stats/draws.js'
import { judged } from './cases.js'
import { memoryRun, type RunSpec, type UnitSpec } from './runs.js'

const many = (count: number, value: number): number[] => Array.from({ length: count }, () => value)
const some = (count: number, of: (index: number) => UnitSpec): UnitSpec[] =>
  Array.from({ length: count }, (_, index) => ({ group: Math.floor(index / 3), ...of(index) }))
const six = (of: (index: number) => UnitSpec): UnitSpec[] => some(6, of)

const compare = (control: Run, candidate: Run): Compared => ({
  candidate,
  control,
  pairs: pairUp(candidate, control),
  final: true,
})
const both = (was: Partial<RunSpec>, is: Partial<RunSpec>): { control: Run; candidate: Run } => ({
  control: memoryRun({ arm: 'control', units: [], ...was }),
  candidate: memoryRun({ units: [], ...is }),
})

/** Reserves of 10 ms, of which 1 ms is lag and 9 are waiting; `more` of waiting and `later` of lag on top, drifting by unit. */
const reserves = (more: number, later = 0, units = 6): UnitSpec[] =>
  some(units, (index) => {
    const drift = 1 + 0.1 * (index % 3)
    const total = (10_000 + more + later) * drift
    return {
      samples: { reserve: { won: many(100, total) } },
      parts: { reserve: { lag: ((1_000 + later) * drift) / total, wait: ((9_000 + more) * drift) / total } },
    }
  })

test('a delay of the server is blamed on waiting for it, to the digit, and on nothing else', () => {
  const { verdict } = judged(both({ units: reserves(0) }, { units: reserves(3_000) }))
  const [found] = verdict.blame?.latencies ?? []
  expect(verdict.blame?.latencies).toHaveLength(1)
  expect(found).toMatchObject({ metric: 'reserve', outcome: 'won', units: 6, told: 'told' })
  // Drifts of 1, 1.1 and 1.2 have a mean of 1.1.
  expect(found?.control).toBeCloseTo(11_000, 6)
  expect(found?.added).toBeCloseTo(3_300, 6)
  const [wait, lag, ...rest] = found?.parts ?? []
  expect(rest).toEqual([])
  expect(wait).toMatchObject({ of: 'wait', sure: true })
  expect(wait?.share).toBeCloseTo(1, 6)
  expect(lag).toMatchObject({ of: 'lag', sure: false })
  expect(lag?.added).toBeCloseTo(0, 6)
  expect(verdict.blame?.sentences[0]).toBe(
    'of the 3.3 ms that reserve (won) takes longer on average, 100 % is waiting for the server',
  )
})

test('two parts share the blame, and what no part explains is told by none', () => {
  const { control, candidate } = both({ units: reserves(0) }, { units: reserves(2_000, 1_000) })
  const found = latencyBlame({ control, candidate }, pairUp(candidate, control), 'reserve', 'won')
  expect(found.parts.map(({ of, share, sure }) => [of, Number(share.toFixed(4)), sure])).toEqual([
    ['wait', 0.6667, true],
    ['lag', 0.3333, true],
  ])
  const untold = memoryRun({
    units: reserves(2_000, 1_000).map((unit) => ({ ...unit, parts: { reserve: { lag: 0.1, wait: 0.6 } } })),
  })
  const rest = latencyBlame({ control, candidate: untold }, pairUp(untold, control), 'reserve', 'won')
  expect(rest.parts[0]).toMatchObject({ of: 'unattributed', sure: true })
})

test('without a control, or where nothing regressed, nothing is blamed', () => {
  expect(judged({ candidate: memoryRun({ units: reserves(0) }) }).verdict.blame).toBeUndefined()
  const equal = judged(both({ units: reserves(0) }, { units: reserves(0) })).verdict
  expect(equal.outcome).toBe('pass')
  expect(equal).not.toHaveProperty('blame')
  expect(equal).not.toHaveProperty('plain')
})

test('a budget that both arms break is over, but nothing was added to it', () => {
  const promises = { budgets: { quantiles: { reserve: { p99: ms(5) } } } }
  const { verdict } = judged(both({ units: reserves(0), promises }, { units: reserves(0), promises }))
  expect(verdict.outcome).toBe('over_budget')
  expect(verdict.blame?.latencies[0]).toMatchObject({ told: 'within_noise', parts: [] })
  expect(verdict.blame?.sentences[0]).toBe(
    'not told for reserve (won): on average it is not surely slower than the control',
  )
  const two = { units: reserves(0).slice(0, 2), promises }
  expect(judged(both(two, two)).verdict.blame?.sentences[0]).toMatch(/2 units of load .* are too few/)
})

test('of a slower journey the step is named that took most of the time, errors with it', () => {
  const tolerances = { reserve: { ignore: 0.03, reject: 0.1 }, whole: { ignore: 0.03, reject: 0.1 } }
  const promises = { steps: ['reserve', 'pay'], tolerances }
  const journeys = (reserve: number, pay: number): UnitSpec[] =>
    six(() => ({
      samples: {
        reserve: { won: many(90, reserve), error: many(10, 500) },
        pay: { accepted: many(90, pay) },
        heard: { told: many(500, pay * 3) },
        whole: { bought: many(90, reserve + pay), error: many(10, 500) },
      },
      parts: { reserve: { wait: 1 }, pay: { wait: 1 } },
    }))
  const { verdict } = judged(
    both({ units: journeys(4_000, 10_000), promises }, { units: journeys(4_400, 15_000), promises }),
  )
  // 90 of 100 journeys came to pay.
  expect(verdict.blame?.steps.map(({ of, added, sure }) => [of, Number(added.toFixed(6)), sure])).toEqual([
    ['pay', 4_500, true],
    ['reserve', 360, true],
  ])
  expect(verdict.blame?.steps[0]?.share).toBeCloseTo(4_500 / 4_860)
  expect(verdict.blame?.sentences).toContain('of what a journey takes longer, 93 % is pay (4.5 ms more)')
})

test('time that lies in a second is told with what the run noted then; time that is everywhere is called spread', () => {
  const even = judged(both({ units: reserves(0) }, { units: reserves(3_000) })).verdict.blame?.latencies[0]
  expect(even?.seconds).toMatchObject({ spread: 'even', seconds: 24, slower: 24, few: [] })
  // Samples go round the four seconds of a unit: every fourth lies in its second 2. The candidate stalls then, each time longer.
  const stalled = (stall: number): UnitSpec[] =>
    six((index) => ({
      samples: {
        reserve: {
          won: Array.from(
            { length: 100 },
            (_, n) => (n % 4 === 2 ? Math.max(10_000, stall * index) : 10_000) + n,
          ),
        },
      },
    }))
  const events = [
    { unit: 5, at: micros(2_300_000), kind: 'phase', text: 'rush' },
    { unit: 5, at: micros(1_300_000), kind: 'phase', text: 'calm' },
    { unit: 0, at: micros(2_300_000), kind: 'phase', text: 'dawn' },
  ]
  const promises = { budgets: { quantiles: { reserve: { p99: ms(30) } } } }
  const { blame } = judged(
    both({ units: stalled(0), promises }, { units: stalled(40_000), events, promises }),
  ).verdict
  expect(blame?.latencies[0]).toMatchObject({
    told: 'within_noise',
    parts: [],
    seconds: {
      spread: 'few',
      slower: 5,
      few: [5, 4, 3].map((unit) => ({
        unit,
        second: 2,
        share: (40 * unit - 10) / 550,
        events: unit === 5 ? ['phase rush'] : [],
      })),
    },
  })
  expect(blame?.sentences[1]).toBe(
    '82 % of the added time lies in 3 of 24 seconds: second 3 of unit 5 (phase rush), second 3 of unit 4, second 3 of unit 3',
  )
})

test('a storm of retries is blamed on the outcome, and said in buyers', () => {
  const promises = { mix: { reserve: { rate_limited: { atMost: 0.001 } } } }
  const storm = (limited: number, noise: readonly number[]): UnitSpec[] =>
    six((index) => ({
      samples: {
        reserve: {
          won: many(400 - limited, 10_000 + (noise[index] ?? 0)),
          ...(limited === 0 ? {} : { rate_limited: many(limited + index, 500) }),
        },
      },
    }))
  const { verdict } = judged(
    both(
      { units: storm(0, [0, 90, 30, 10, 60, 40]), promises },
      { units: storm(60, [50, 20, 0, 70, 10, 30]), promises },
    ),
  )
  expect([verdict.exit, verdict.reason]).toEqual([1, 'mix_shifted'])
  expect(verdict.blame?.latencies).toEqual([])
  expect(verdict.blame?.outcomes.map(({ outcome, more }) => [outcome, more])).toEqual([
    ['rate_limited', 375],
    ['won', -360],
  ])
  expect(verdict.plain?.[0]).toMatch(
    /^375 more who ask for reserve are turned away .*: 15\.\d+ % instead of 0 %$/,
  )
})

const facts: Readonly<Record<string, ProbeFacts>> = {
  statements: { title: 'SQL statements a request', unit: 'per_request' },
  commands: { title: 'Redis commands a request', unit: 'per_request' },
  script: { title: 'a Redis script, ms', unit: 'count' },
  hits: { title: 'lookups that ETS answered', unit: 'share' },
  memory: { title: 'resident memory of the nodes, MiB', unit: 'count' },
  cpu: { title: 'CPU time a request, ms', unit: 'count' },
}

/** Nine units on three starts, with noise of units and of starts, and outcomes as luck has them. */
function equalBuilds(
  seed: string,
  moved: Partial<Record<string, number>> = {},
  ofStarts = 0.04,
): { control: Run; candidate: Run } {
  const { normal, uniform } = draws(seed)
  const arm = (name: 'control' | 'candidate', factors: Partial<Record<string, number>>): Run => {
    const units: UnitSpec[] = []
    for (const group of [0, 1, 2]) {
      const starts = Object.fromEntries(Object.keys(facts).map((probe) => [probe, ofStarts * normal()]))
      for (let n = 0; n < 3; n += 1) {
        const probes = Object.fromEntries(
          Object.keys(facts).map((probe) => {
            const noise = Math.exp((starts[probe] ?? 0) + 0.05 * normal())
            const base = facts[probe]?.unit === 'share' ? 0.7 : 2
            return [probe, base * noise * (factors[probe] ?? 1)]
          }),
        )
        const won = Array.from({ length: 200 }, () => uniform()).filter((one) => one < 0.8).length
        const times = (count: number): number[] =>
          Array.from({ length: count }, () => 10_000 * Math.exp(0.5 * normal()))
        units.push({
          group,
          probes,
          samples: { reserve: { won: times(won), conflict: times(200 - won) } },
        })
      }
    }
    return memoryRun({ arm: name, units, probes: facts })
  }
  return { control: arm('control', {}), candidate: arm('candidate', moved) }
}

test.each([0.04, 0.2])(
  'noise alone blames nothing, whether starts differ by %f or not: of 400 pairs of equal builds, one in a hundred at most',
  (ofStarts) => {
    const found = Array.from({ length: 400 }, (_, index) => {
      const { control, candidate } = equalBuilds(`aa${index}`, {}, ofStarts)
      const compared = compare(control, candidate)
      return {
        probes: movedProbes(compared).moved.length > 0,
        shares: movedShares(compared).length > 0,
        latency: latencyBlame({ control, candidate }, compared.pairs, 'reserve', 'won'),
      }
    })
    const share = (of: (one: (typeof found)[number]) => boolean): number =>
      found.filter(of).length / found.length
    expect(share(({ probes }) => probes)).toBeLessThanOrEqual(0.01)
    expect(share(({ shares }) => shares)).toBeLessThanOrEqual(0.01)
    expect(share(({ latency }) => latency.told === 'told')).toBeLessThanOrEqual(0.01)
    expect(share(({ latency }) => latency.seconds?.spread === 'few')).toBeLessThanOrEqual(0.01)
  },
  60_000,
)

test('a probe that moved is found under the same noise, the farthest beyond its own first, and said with its unit', () => {
  const { control, candidate } = equalBuilds('moved', { script: 9, statements: 3 })
  const { asked, moved } = movedProbes(compare(control, candidate))
  expect(asked).toBe(6)
  expect(moved.map(({ name }) => name)).toEqual(['script', 'statements'])
  const units = (run: Run, more: number): RunSpec => ({
    arm: run.file.arm,
    probes: facts,
    units: reserves(more, 0, 9).map((unit, at) => ({
      ...unit,
      probes: Object.fromEntries(
        run.probes.filter((one) => one.unit === at).map(({ name, value }) => [name, value]),
      ),
    })),
  })
  const { verdict } = judged(both(units(control, 0), units(candidate, 3_000)))
  expect(verdict.blame?.sentences.at(-1)).toMatch(
    /^what moved with it: a Redis script went from (1\.\d+|2|2\.\d+) to 1\d\.?\d* ms; SQL statements a request went from/,
  )
  const calm = judged(both(units(control, 0), units(control, 3_000))).verdict
  expect(calm.blame?.sentences.at(-1)).toBe(
    'none of 6 figures of the targets themselves moved beyond its own noise',
  )
  const mute = judged(both({ units: reserves(0) }, { units: reserves(3_000) })).verdict
  expect(mute.blame?.sentences.at(-1)).toBe('the targets said nothing of themselves that could explain it')
})

test('work that differs between builds and never within one is found without noise to hold it against', () => {
  const units = (statements: number): UnitSpec[] => six(() => ({ samples: {}, probes: { statements } }))
  const { control, candidate } = both({ units: units(5), probes: facts }, { units: units(6), probes: facts })
  const { moved } = movedProbes(compare(control, candidate))
  expect(moved).toEqual([
    { name: 'statements', title: 'SQL statements a request', unit: 'count', control: 5, candidate: 6 },
  ])
})

test('one start does not tell the luck of a process from a cause', () => {
  const units = (script: number): UnitSpec[] =>
    six((index) => ({ group: 0, samples: {}, probes: { script: script + index / 100 } }))
  const { control, candidate } = both({ units: units(2), probes: facts }, { units: units(4), probes: facts })
  expect(movedProbes(compare(control, candidate))).toEqual({ told: 'one_start', asked: 0, moved: [] })
})
