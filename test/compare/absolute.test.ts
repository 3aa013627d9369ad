import { expect, test } from 'vitest'
import type { InvariantResult } from '../../src/model/artefact.js'
import { nextStep, recordCommand } from '../../src/compare/next.js'
import { ms, seconds } from '../../src/model/time.js'
import { arms, judged, latencies } from './cases.js'
import { memoryRun, type RunSpec, type UnitSpec } from './runs.js'

const calm = () => 0
const units = (count: number, of: (index: number) => Partial<UnitSpec> = () => ({})): UnitSpec[] =>
  Array.from({ length: count }, (_, index) => ({ samples: latencies(200, 1, calm), ...of(index) }))
const ended = (candidate: Partial<RunSpec>, control?: Partial<RunSpec>) => {
  const { verdict } = judged({
    candidate: memoryRun({ units: units(4), ...candidate }),
    ...(control === undefined ? {} : { control: memoryRun({ arm: 'control', units: units(4), ...control }) }),
    noRegressionCheck: true,
    capReached: true,
  })
  return [verdict.outcome, verdict.exit, verdict.reason]
}

const errors = (share: number) => () => ({
  samples: {
    reserve: {
      won: Array.from({ length: 200 - 200 * share }, () => 8_000),
      error: Array.from({ length: 200 * share }, () => 900),
    },
  },
})

test('a p99 budget is the share over it, with the second as the unit of chance', () => {
  const budget = (limit: number) => ({ budgets: { quantiles: { reserve: { p99: ms(limit) } } } })
  expect(ended({ promises: budget(100) })).toEqual(['pass', 0, 'promises_held'])
  expect(ended({ promises: budget(9) })).toEqual(['over_budget', 1, 'over_limit'])
  const spread = (slow: number) => () => ({
    samples: { reserve: { won: Array.from({ length: 400 }, (_, n) => (n < slow ? 30_000 : 8_000)) } },
  })
  expect(ended({ promises: budget(20), units: units(4, spread(6)) })).toEqual([
    'inconclusive',
    3,
    'not_settled',
  ])
  expect(ended({ promises: budget(20), units: units(1, spread(40)) })).toEqual([
    'over_budget',
    1,
    'over_limit_few_intervals',
  ])
  expect(ended({ promises: budget(20), units: units(1, spread(4)) })).toEqual(['pass', 0, 'promises_held'])
})

test('on a machine that was short of time a limit is broken by who is slower than the control', () => {
  const slow = (of: number) => (index: number) => ({
    group: index,
    samples: { reserve: { won: Array.from({ length: 400 }, (_, n) => (n < of ? 30_000 : 8_000)) } },
    drain: { rush: of * 1_000_000 },
  })
  const time = { budgets: { quantiles: { reserve: { p99: ms(20) } } } }
  const on = (
    state: 'valid' | 'degraded',
    promises: RunSpec['promises'],
    candidate: readonly UnitSpec[],
    control: readonly UnitSpec[],
  ) => {
    const { verdict } = judged({
      candidate: memoryRun({ units: candidate, promises }),
      control: memoryRun({ arm: 'control', units: control, promises }),
      health: { state, reasons: [] },
      noRegressionCheck: true,
      capReached: true,
    })
    return [verdict.outcome, verdict.exit, verdict.budgets[0]?.reason]
  }
  const broken = ['over_budget', 1, 'over_limit']
  const untold = ['inconclusive', 3, 'no_worse_than_control']
  expect(on('valid', time, units(4, slow(40)), units(4, slow(40)))).toEqual(broken)
  expect(on('degraded', time, units(4, slow(40)), units(4, slow(40)))).toEqual(untold)
  // By chance a little on either side of the limit.
  const about = (odd: number, even: number) => units(6, (index) => slow(index % 2 === 0 ? even : odd)(index))
  expect(on('degraded', time, about(20, 4), about(4, 12))[0]).not.toBe('over_budget')
  expect(on('degraded', time, units(4, slow(18)), units(4, slow(4)))).toEqual(broken)
  expect(on('degraded', time, units(4, slow(18)), units(4, slow(0)))).toEqual(broken)
  // Fewer than three starts tell nobody whether it was luck.
  expect(on('degraded', time, units(1, slow(40)), units(1, slow(0)))).toEqual(untold)
  const drain = { budgets: { quantiles: {}, drain: seconds(5) } }
  const bursts = (count: number, of: number) =>
    units(count, (index) => ({ ...slow(of)(index), kind: 'block' as const }))
  expect(on('degraded', drain, bursts(4, 8), bursts(4, 9))).toEqual(untold)
  expect(on('degraded', drain, bursts(2, 8), bursts(2, 4))).toEqual(untold)
  expect(on('degraded', drain, bursts(4, 8), bursts(4, 4))).toEqual(broken)
  expect(on('valid', drain, bursts(2, 8), bursts(2, 9))).toEqual(broken)
})

test('a slow outcome breaks a budget however many fast ones stand beside it', () => {
  const mixed = () => ({
    samples: {
      reserve: {
        conflict: Array.from({ length: 2_000 }, () => 1_000),
        won: Array.from({ length: 15 }, () => 90_000),
      },
    },
  })
  const promises = { budgets: { quantiles: { reserve: { p99: ms(50) } } } }
  expect(ended({ units: units(4, mixed), promises })).toEqual(['over_budget', 1, 'over_limit'])
})

test('a budget of a step that never ran is no data, exit 4', () => {
  expect(ended({ promises: { budgets: { quantiles: { pay: { p99: ms(50) } } } } })).toEqual([
    'failed',
    4,
    'no_samples',
  ])
})

test('budgets of open phases spare the burst, whose own promise is its drain', () => {
  const open = { samples: { 'reserve@select': { won: latencies(200, 1, calm).reserve?.won ?? [] } } }
  const burst = {
    kind: 'block' as const,
    samples: { 'reserve@rush': { won: Array.from({ length: 500 }, (_, n) => n * 10_000) } },
    drain: { rush: 5_000_000 },
  }
  const both = [open, open, open, burst]
  const promises = (drain: number) => ({
    budgets: { quantiles: { reserve: { p99: ms(200) } }, drain: seconds(drain) },
  })
  expect(ended({ units: both, promises: promises(6) })).toEqual(['pass', 0, 'promises_held'])
  expect(ended({ units: both, promises: promises(4) })).toEqual(['over_budget', 1, 'over_limit'])
})

test('errors: over their budget alone, more than the control together; a target that only errs is exit 1, not missing data', () => {
  const promises = { budgets: { quantiles: {}, errors: 0.01 } }
  expect(ended({ units: units(4, errors(0.05)), promises })).toEqual(['over_budget', 1, 'over_limit'])
  expect(ended({ units: units(4, errors(0.05)) }, {})).toEqual(['regression', 1, 'more_errors'])
  expect(ended({ units: units(4, errors(0.05)) }, { units: units(4, errors(0.05)) })[0]).toBe('pass')
  expect(ended({ units: units(4, errors(1)) }, {})).toEqual(['regression', 1, 'more_errors'])
})

test('another mix in both arms is a wrong mix; in the candidate alone it is the candidate’s', () => {
  const limited = (share: number) => () => ({
    samples: {
      reserve: {
        won: Array.from({ length: 200 - 200 * share }, () => 8_000),
        rate_limited: Array.from({ length: 200 * share }, () => 900),
      },
    },
  })
  const promises = { mix: { reserve: { rate_limited: { atMost: 0.001 } } } }
  const many = { units: units(4, limited(0.1)), promises }
  const none = { units: units(4, limited(0)), promises }
  expect(ended(many)).toEqual(['wrong_mix', 3, 'wrong_mix'])
  expect(ended(many, many)).toEqual(['wrong_mix', 3, 'wrong_mix'])
  expect(ended(many, none)).toEqual(['regression', 1, 'mix_shifted'])
  const free = { promises: {} }
  expect(ended({ ...many, ...free }, { ...none, ...free })).toEqual(['regression', 1, 'mix_shifted'])
  expect(ended({ ...none, ...free }, { ...none, ...free })[0]).toBe('pass')
})

test('a win without its receipt, or a step that nobody accounts for, is exit 4', () => {
  const promises = { wins: { reserve: { won: 'hold' } } }
  expect(ended({ promises, units: units(4, () => ({ receipts: { hold: 200 } })) })[1]).toBe(0)
  expect(ended({ promises, units: units(4, (n) => ({ receipts: { hold: n === 2 ? 199 : 200 } })) })).toEqual([
    'failed',
    4,
    'receipts_lost',
  ])
  expect(ended({ units: units(4, (n) => ({ unaccounted: n === 1 ? 1 : 0 })) })).toEqual([
    'failed',
    4,
    'unaccounted',
  ])
})

const invariant = (status: InvariantResult['status'], name = 'one-live-hold-a-seat'): InvariantResult => ({
  name,
  id: 'I1',
  title: 'one live hold a seat',
  group: 0,
  status,
  offenders: status === 'broken' ? [{ id: 'seat 12', what: 'two live holds' }] : [],
  count: status === 'broken' ? 3 : 0,
})

test('whoever has an invalid run full of errors is sent to the errors first, and not to a quieter machine', () => {
  const next = (share: number): string | undefined => {
    const sick = units(4, () => ({ ...errors(share)(), health: { workersLost: 1 } }))
    const promises = { budgets: { quantiles: {}, errors: 0.01 } }
    const { verdict } = judged({
      candidate: memoryRun({ units: sick, promises }),
      noRegressionCheck: true,
      capReached: true,
    })
    expect(verdict.reason).toBe('generator_behind')
    return nextStep(verdict, { mode: 'none', repeat: 'vge-perf run --seed a1' })
  }
  expect(next(1)).toMatch(/^see first why so many steps ended in an error/)
  expect(next(0)).toMatch(/^vge-perf run --seed a1 \(on a quieter machine/)
})

test.each([
  ['vge-perf gate --scenario load/mine.ts --seed a1', 'load/mine.ts'],
  ["vge-perf gate --scenario='my loads/sale 2.ts'", "'my loads/sale 2.ts'"],
  ['vge-perf gate --scenario other.ts --scenario deep/sale.ts', 'deep/sale.ts'],
  ['vge-perf gate --scenario sale', 'sale'],
  ['vge-perf gate', 'sale'],
])('what to do next names a scenario as it was asked for: %s', (repeat, name) => {
  expect(recordCommand('main', { scenario: 'sale', profile: 'ci' }, 3, repeat)).toMatch(
    `vge-perf baseline record main --scenario ${name} --profile ci --sessions 3,`,
  )
  const { verdict } = judged({ candidate: memoryRun({ units: units(4) }) })
  const open = { ...verdict, scenario: 'sale', exit: 3 as const, reason: 'wrong_mix' }
  expect(nextStep(open, { mode: 'paired', repeat })).toMatch(`vge-perf plan --scenario ${name} --profile`)
})

test('a broken invariant is exit 1 even in an invalid run, and says when the control has it too', () => {
  const sick = units(4, () => ({ health: { steal: 0.6 } }))
  expect(ended({ units: sick })).toEqual(['invalid', 3, 'generator_behind'])
  expect(ended({ units: sick, invariants: [invariant('broken')] })).toEqual(['broken', 1, 'invariant_broken'])
  const both = judged({
    ...arms({}, { invariants: [invariant('broken')] }, { invariants: [invariant('broken')] }),
  })
  expect(both.verdict.headline).toBe(
    'two live holds (seat 12), and 2 more, which breaks one-live-hold-a-seat; also in the control',
  )
  expect(both.wants).toBe('nothing')
})

test('a promise that was not weighed on one of the starts was not kept there', () => {
  const starts = units(4, (index) => ({ group: Math.floor(index / 2) }))
  const promises = { invariants: [invariant('held').name] }
  const both = [invariant('held'), { ...invariant('held'), group: 1 }]
  expect(ended({ units: starts, promises, invariants: both })[1]).toBe(0)
  expect(ended({ units: starts, promises, invariants: both.slice(0, 1) })).toEqual([
    'inconclusive',
    3,
    'invariants_not_checked',
  ])
})

test('what a worker that died had seen is not there: invariants of that start are not checked', () => {
  const warm = units(4, (index) => (index === 0 ? { phase: 'warm-up', health: { workersLost: 1 } } : {}))
  for (const invariants of [[invariant('broken')], [invariant('held')]])
    expect(ended({ units: warm, invariants })).toEqual(['inconclusive', 3, 'invariants_not_checked'])
  const other = units(4, (index) => (index === 0 ? { group: 1, health: { workersLost: 1 } } : {}))
  expect(ended({ units: other, invariants: [invariant('broken')] })).toEqual([
    'broken',
    1,
    'invariant_broken',
  ])
})

test('an invariant counts among those that held if it had something to weigh, on one start at least', () => {
  const on = (name: string, group: number, count: number): InvariantResult => ({
    ...invariant('held'),
    name,
    group,
    looked: { what: 'tickets', count },
  })
  const invariants = [on('once', 0, 0), on('once', 1, 3), on('never', 0, 0), on('never', 1, 0)]
  const { verdict } = judged({
    candidate: memoryRun({ units: units(4), invariants }),
    noRegressionCheck: true,
    capReached: true,
  })
  expect(verdict.headline).toMatch(/\b1 invariant held$/)
})

test('an invariant that was not checked, or has no result, is inconclusive unless it is waived by name', () => {
  const promises = { invariants: ['one-live-hold-a-seat', 'ledger-balances'] }
  const run = memoryRun({ units: units(4), promises, invariants: [invariant('not_checked')] })
  const judge = (waive: string[]) => judged({ candidate: run, noRegressionCheck: true, waive }).verdict
  expect([judge([]).exit, judge([]).reason]).toEqual([3, 'invariants_not_checked'])
  expect(judge(['ledger-balances']).headline).toBe('1 invariant was not checked: one-live-hold-a-seat')
  const waived = judge(['ledger-balances', 'one-live-hold-a-seat'])
  expect([waived.exit, waived.waived]).toEqual([0, ['one-live-hold-a-seat', 'ledger-balances']])
})

test('how a run ended comes first', () => {
  const end = (status: 'interrupted' | 'target_lost' | 'engine_failed') => ({ end: { endedAt: '', status } })
  expect(ended({ ...end('interrupted'), invariants: [invariant('broken')] })).toEqual([
    'interrupted',
    130,
    'interrupted',
  ])
  expect(ended(end('target_lost'))).toEqual(['failed', 4, 'target_lost'])
  expect(ended({}, end('engine_failed'))).toEqual(['failed', 4, 'engine_failed'])
  expect(ended({ end: null })).toEqual(['inconclusive', 3, 'run_incomplete'])
})

test('watchers that the target refused or lost are judged apart from the many steps; absent ones are the scenario’s', () => {
  const promises = { budgets: { quantiles: {}, errors: 0.01 } }
  const crowd = (lost: number, absent: number) =>
    units(4, (index) => ({ audience: { members: 50, lost: index === 2 ? lost : 0, absent } }))
  expect(ended({ units: crowd(0, 0), promises })).toEqual(['pass', 0, 'promises_held'])
  expect(ended({ units: crowd(44, 0), promises })).toEqual(['over_budget', 1, 'over_limit'])
  expect(ended({ units: crowd(0, 3), promises })).toEqual(['failed', 4, 'audience_absent'])
})

test('a budget of errors has no data where the code of the scenario threw before anything was sent', () => {
  const run = memoryRun({
    units: units(4, errors(1)),
    promises: { budgets: { quantiles: {}, errors: 0.01 } },
  })
  const threw = run.file.units.map((unit) => ({
    ...unit,
    accounting: {
      ...unit.accounting,
      errors: unit.accounting.errors.map((error) => ({
        ...error,
        class: 'generator' as const,
        reason: 'contract_threw',
        count: unit.accounting.steps.begun,
      })),
    },
  }))
  const { verdict } = judged({ candidate: { ...run, file: { ...run.file, units: threw } } })
  expect(verdict.budgets).toMatchObject([{ decision: 'no_data', reason: 'no_samples' }])
  expect(verdict.reason).toBe('journey_threw')
})
