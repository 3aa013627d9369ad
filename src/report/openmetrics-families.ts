import type { InvariantResult } from '../model/artefact.js'
import type {
  BudgetVerdict,
  Decision,
  HealthVerdict,
  MetricUnit,
  MixVerdict,
  Outcome,
} from '../model/verdict.js'

/** A family of metrics as OpenMetrics has it. A state set names its states. */
export interface Family {
  readonly type: 'gauge' | 'info' | 'stateset'
  readonly unit?: 'seconds' | 'ratio'
  readonly help: string
  readonly states?: readonly string[]
}

/** All the words of a type, and no other: a new one does not compile until it is here. */
const words = <T extends string>(all: Readonly<Record<T, true>>): readonly string[] => Object.keys(all)

const outcomes = words<Outcome>({
  pass: true,
  improvement: true,
  regression: true,
  broken: true,
  over_budget: true,
  inconclusive: true,
  invalid: true,
  wrong_mix: true,
  failed: true,
  interrupted: true,
})
const decisions = words<Decision>({
  pass: true,
  regression: true,
  improvement: true,
  inconclusive: true,
  no_data: true,
})
const budgetStates = words<BudgetVerdict['decision']>({
  held: true,
  broken: true,
  inconclusive: true,
  no_data: true,
})
const mixStates = words<MixVerdict['decision']>({
  as_expected: true,
  wrong: true,
  shifted: true,
  no_data: true,
})
const invariantStates = words<InvariantResult['status'] | 'waived' | 'nothing_to_weigh'>({
  held: true,
  broken: true,
  not_checked: true,
  waived: true,
  nothing_to_weigh: true,
})
const healthStates = words<HealthVerdict['state']>({ valid: true, degraded: true, invalid: true })

const stateSet = (help: string, states: readonly string[]): Family => ({ type: 'stateset', help, states })
const gauge = (help: string, unit?: Family['unit']): Family => ({
  type: 'gauge',
  help,
  ...(unit === undefined ? {} : { unit }),
})

const figure = 'of a metric that gates or is shown, by arm'
const limit = 'of a budget: its limit, and what was found'

/** Every family, in the order in which it is written. */
export const openMetricsFamilies = {
  vge_perf_build: { type: 'info', help: 'What decided, and how it compared' },
  vge_perf_verdict: stateSet('How the gate ended', outcomes),
  vge_perf_exit: gauge('Exit code of the gate'),
  vge_perf_elapsed_seconds: gauge('How long it took', 'seconds'),
  vge_perf_scenario: stateSet('How a scenario ended', outcomes),
  vge_perf_scenario_exit: gauge('Exit code of a scenario by itself'),
  vge_perf_scenario_units: gauge('Units of load that were measured'),
  vge_perf_scenario_starts: gauge('Fresh starts that they were taken on'),
  vge_perf_decision: stateSet('What was decided about a metric that gates', decisions),
  vge_perf_metric_seconds: gauge(`Time ${figure}`, 'seconds'),
  vge_perf_metric_ratio: gauge(`Share ${figure}`, 'ratio'),
  vge_perf_metric_rate: gauge(`Rate a second ${figure}`),
  vge_perf_metric_amount: gauge(`Number ${figure}`),
  vge_perf_change_ratio: gauge('Candidate / control - 1: the mean, and the ends of its interval', 'ratio'),
  vge_perf_budget: stateSet('Whether a budget held', budgetStates),
  vge_perf_budget_seconds: gauge(`Time ${limit}`, 'seconds'),
  vge_perf_budget_ratio: gauge(`Share ${limit}`, 'ratio'),
  vge_perf_budget_rate: gauge(`Rate a second ${limit}`),
  vge_perf_budget_amount: gauge(`Number ${limit}`),
  vge_perf_mix: stateSet('Whether an outcome had the share that it should have', mixStates),
  vge_perf_mix_ratio: gauge('Share of an outcome among the answers of its step, by arm', 'ratio'),
  vge_perf_invariant: stateSet('Whether an invariant held', invariantStates),
  vge_perf_invariant_offenders: gauge('Events that broke an invariant'),
  vge_perf_generator: stateSet('Whether the load generator can be trusted', healthStates),
  vge_perf_errors: gauge('Errors of one kind'),
} as const satisfies Readonly<Record<string, Family>>

export type FamilyName = keyof typeof openMetricsFamilies

/** Which family of the metrics or budgets has a unit; times are told in seconds. */
export const familyOf = <K extends 'metric' | 'budget'>(kind: K, unit: MetricUnit) =>
  `vge_perf_${kind}_${({ us: 'seconds', share: 'ratio', per_second: 'rate', count: 'amount' } as const)[unit]}` as const
