import type { Decision, MetricVerdict, ScenarioVerdict, Verdict } from '../../src/model/verdict.js'

export function metric(name: string, decision: Decision, more: Partial<MetricVerdict> = {}): MetricVerdict {
  const [step = name, ...statistic] = name.split(' ')
  return {
    name,
    step,
    statistic: statistic.join(' '),
    unit: 'us',
    better: 'lower',
    role: 'gate',
    tolerance: { ignore: 0.03, reject: 0.1 },
    control: 41_200,
    candidate: 47_000,
    change: { mean: 0.14, low: 0.11, high: 0.17 },
    units: 6,
    decision,
    reason: 'within_tolerance',
    ...more,
  }
}

export function scenarioVerdict(more: Partial<ScenarioVerdict> = {}): ScenarioVerdict {
  return {
    scenario: 'seat-selection',
    profile: 'ci',
    outcome: 'regression',
    exit: 1,
    reason: 'regression',
    headline: 'reserve is slower: p90 +14 %',
    units: 6,
    starts: 2,
    metrics: [
      metric('reserve p50', 'pass', {
        control: 8_100,
        candidate: 8_200,
        change: { mean: 0.01, low: -0.01, high: 0.03 },
      }),
      metric('reserve p90', 'regression', { reason: 'beyond_ignore', confirmed: true }),
      metric('reserve p99', 'inconclusive', { role: 'diagnostic', reason: 'diagnostic' }),
    ],
    budgets: [
      {
        name: 'reserve p99 ≤ 500 ms',
        step: 'reserve',
        arm: 'candidate',
        limit: 500_000,
        unit: 'us',
        value: 620_000,
        decision: 'broken',
        reason: 'over_limit',
      },
    ],
    mix: [
      {
        step: 'reserve',
        outcome: 'rate_limited',
        control: 0,
        candidate: 0.02,
        bounds: { atMost: 0.001 },
        decision: 'wrong',
        reason: 'outside_bounds',
      },
    ],
    invariants: [
      {
        name: 'one-live-hold-a-seat',
        id: 'I1',
        title: 'A seat has one live hold at most',
        group: 0,
        status: 'held',
        offenders: [],
        count: 0,
      },
    ],
    waived: [],
    health: { state: 'valid', reasons: [] },
    times: [],
    errors: [],
    warnings: [],
    ...more,
  }
}

export function verdict(more: Partial<Verdict> = {}): Verdict {
  return {
    formatVersion: 1,
    tool: 'vge-perf 0.1.0',
    mode: 'paired',
    outcome: 'regression',
    exit: 1,
    reason: 'regression',
    headline: 'reserve is slower: p90 +14 % (between +11 and +17 %), 6 units, confirmed on fresh processes',
    startedAt: '2026-11-24T13:05:00.000Z',
    elapsedSeconds: 212,
    seed: '81f3',
    repeat: 'vge-perf gate --scenario seat-selection --seed 81f3',
    folder: 'reports/2026-11-24T13-05',
    control: { commit: 'aaa' },
    candidate: { commit: 'bbb' },
    scenarios: [
      scenarioVerdict({
        scenario: 'checkout',
        outcome: 'pass',
        exit: 0,
        metrics: [metric('whole p90', 'pass')],
        budgets: [],
        mix: [],
      }),
      scenarioVerdict(),
    ],
    ...more,
  }
}
