import { expect, test } from 'vitest'
import type { Outcome, ScenarioVerdict } from '../../src/model/verdict.js'
import { foldVerdict, type VerdictHead } from '../../src/compare/index.js'
import { exitOf } from '../../src/compare/findings.js'

const head: VerdictHead = {
  tool: '0.1.0',
  mode: 'paired',
  startedAt: '2026-11-24T12:00:00Z',
  elapsedSeconds: 120,
  seed: 'a1',
  repeat: 'vge-perf gate --seed a1',
  control: {},
  candidate: {},
}
const ended = (scenario: string, outcome: Outcome, reason = outcome as string): ScenarioVerdict => ({
  scenario,
  profile: 'ci',
  outcome,
  exit: exitOf(outcome),
  reason,
  headline: `${scenario} said so`,
  units: 4,
  starts: 2,
  metrics: [],
  budgets: [],
  mix: [],
  invariants: [],
  waived: [],
  health: { state: 'valid', reasons: [] },
  times: [],
  errors: [],
  warnings: [],
})

const order: readonly (readonly [Outcome, number])[] = [
  ['interrupted', 130],
  ['broken', 1],
  ['failed', 4],
  ['invalid', 3],
  ['wrong_mix', 3],
  ['regression', 1],
  ['inconclusive', 3],
  ['improvement', 0],
  ['pass', 0],
]

test.each(order.map(([outcome, exit], index) => [outcome, exit, order.slice(index + 1)] as const))(
  '%s outweighs all that follows it, exit %i',
  (outcome, exit, lighter) => {
    for (const [other] of lighter) {
      const verdict = foldVerdict([ended('b', other), ended('a', outcome)], head)
      expect([verdict.outcome, verdict.exit, verdict.scenarios.length]).toEqual([outcome, exit, 2])
    }
  },
)

test('the first line is enough for the one who is paged, and what is not settled names its next step', () => {
  const verdict = foldVerdict(
    [ended('seats', 'pass'), ended('checkout', 'inconclusive', 'no_baseline'), ended('scans', 'regression')],
    head,
  )
  expect(verdict.headline).toBe('REGRESSION  scans: scans said so (also checkout: inconclusive)')
  expect(verdict.next).toBeUndefined()
  const open = foldVerdict([ended('checkout', 'inconclusive', 'no_baseline')], head)
  expect(open.headline).toBe('INCONCLUSIVE  checkout said so')
  expect(open.next).toContain('vge-perf baseline record main --scenario checkout --profile ci')
  expect(foldVerdict([ended('a', 'over_budget')], head).headline).toBe('OVER BUDGET  a said so')
  expect(foldVerdict([ended('a', 'pass'), ended('b', 'pass')], head).headline).toMatch(
    /^PASS {2}2 scenarios: /,
  )
  expect(foldVerdict([], head).exit).toBe(4)
})

test('a next step is a command that there is: its flag replaced, the baseline by its name, the target kept', () => {
  const next = (one: ScenarioVerdict, more: Partial<VerdictHead>, minutes?: number): string | undefined =>
    foldVerdict([one], { ...head, ...more }, minutes === undefined ? {} : { minutes }).next
  const open = ended('seats', 'inconclusive', 'undecided_at_cap')
  expect(next(open, { repeat: 'vge-perf gate --minutes 0.5 --seed a1' }, 0.5)).toMatch(
    /^vge-perf gate --seed a1 --minutes 16 \(/,
  )
  expect(next(open, { repeat: 'vge-perf gate --seed a1' })).toMatch(/ --minutes 32 \(/)
  expect(next(open, { repeat: 'vge-perf gate --minutes=30' }, 30)).toMatch(/^vge-perf gate --minutes 60 \(/)
  expect(
    next(ended('seats', 'inconclusive', 'fingerprint_differs'), {
      baseline: 'release',
      repeat: 'vge-perf gate --target http://127.0.0.1:4 --baseline release',
    }),
  ).toBe(
    'vge-perf baseline record release --scenario seats --profile ci --target http://127.0.0.1:4 --sessions 8, then vge-perf baseline promote release',
  )
})

test('only a gate of two builds is told to take longer: others have one look', () => {
  const open = ended('seats', 'inconclusive', 'undecided_at_cap')
  const next = (more: Partial<VerdictHead>): string | undefined =>
    foldVerdict([open], { ...head, ...more }).next
  const repeat = 'vge-perf gate --target http://127.0.0.1:4 --baseline main --baselines /b'
  const baseline = { mode: 'baseline', baseline: 'main', repeat } as const
  expect(next({ ...baseline, candidate: { address: 'http://127.0.0.1:4' } })).toMatch(
    /^vge-perf gate --target http:\/\/127\.0\.0\.1:4 --control URL \(/,
  )
  expect(next(baseline)).toMatch(/^vge-perf baseline record main .*: more sessions tell smaller changes$/)
  expect(next({ mode: 'none', repeat: 'vge-perf run --profile ci' })).toBe(
    'vge-perf run --profile full (more samples; or a longer phase in the scenario, where it has no such profile)',
  )
})

test('a load that was sent elsewhere is laid out anew, without a gate’s flags', () => {
  const behind = ended('seats', 'invalid', 'generator_behind')
  expect(foldVerdict([behind], { ...head, mode: 'none' }).next).toMatch(
    /quieter machine; a gate of two builds/,
  )
  const laid = { ...head, repeat: 'vge-perf compile seats --load again' }
  for (const reason of ['not_settled', 'invariants_not_checked', 'too_few_samples', 'no_baseline'])
    expect(foldVerdict([ended('seats', 'inconclusive', reason)], laid).next).toBe(laid.repeat)
})

test('what was measured is not measured again by comparing it again, and a mistake does not heal', () => {
  const stored = { ...head, mode: 'stored', repeat: 'vge-perf compare a b' } as const
  for (const reason of ['undecided_at_cap', 'generator_behind', 'fingerprint_differs'])
    expect(
      foldVerdict([ended('seats', 'inconclusive', reason)], stored, { measuredBy: 'vge-perf run --target A' })
        .next,
    ).toBe('measure again: vge-perf run --target A; or with vge-perf gate, which pairs them under one load')
  expect(foldVerdict([ended('seats', 'failed', 'journey_threw')], head).next).toBe(
    'mend the code of the scenario, then vge-perf gate --seed a1',
  )
  expect(foldVerdict([ended('seats', 'failed', 'target_lost')], head).next).toBe(head.repeat)
})
