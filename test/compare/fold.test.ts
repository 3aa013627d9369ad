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
