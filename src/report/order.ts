import { isIdle } from '../model/invariants.js'
import type { InvariantResult } from '../model/artefact.js'
import type { Decision, MetricVerdict, Outcome, ScenarioVerdict } from '../model/verdict.js'

const byDecision: readonly Decision[] = ['regression', 'no_data', 'inconclusive', 'improvement', 'pass']

/** Order of the fold (`src/compare/fold.ts`): what a reader has to see first. */
const byOutcome: readonly Outcome[] = [
  'interrupted',
  'broken',
  'failed',
  'invalid',
  'wrong_mix',
  'over_budget',
  'regression',
  'inconclusive',
  'improvement',
  'pass',
]

/** Scenarios, worst first; equals stay in the order in which they ran. */
export function worstScenariosFirst(scenarios: readonly ScenarioVerdict[]): readonly ScenarioVerdict[] {
  return scenarios.toSorted((a, b) => byOutcome.indexOf(a.outcome) - byOutcome.indexOf(b.outcome))
}

/** Metrics that gate before those that are only shown; within each, worst decision and then worst change first. */
export function worstMetricsFirst(metrics: readonly MetricVerdict[]): readonly MetricVerdict[] {
  return metrics.toSorted(
    (a, b) =>
      Number(a.role === 'diagnostic') - Number(b.role === 'diagnostic') ||
      byDecision.indexOf(a.decision) - byDecision.indexOf(b.decision) ||
      harm(b) - harm(a),
  )
}

const byStatus: readonly InvariantResult['status'][] = ['broken', 'not_checked', 'held']

/** Broken invariants, then those that were not checked, those that held, and those that had nothing to weigh. */
export function worstInvariantsFirst<I extends InvariantResult>(invariants: readonly I[]): readonly I[] {
  const place = (one: I): number => (isIdle(one) ? byStatus.length : byStatus.indexOf(one.status))
  return invariants.toSorted((a, b) => place(a) - place(b))
}

function harm(metric: MetricVerdict): number {
  const mean = metric.change?.mean ?? 0
  return Number.isNaN(mean) ? 0 : metric.better === 'lower' ? mean : -mean
}
