import { exitCode, type ExitCode } from '../model/errors.js'
import { isIdle } from '../model/invariants.js'
import type { MetricVerdict, ScenarioVerdict } from '../model/verdict.js'
import { between, none } from './format.js'
import { worstInvariantsFirst, worstMetricsFirst } from './order.js'
import {
  budgetRow,
  errorSentences,
  foldStarts,
  lookedAt,
  metricRow,
  mixRow,
  type Row,
  type ToldInvariant,
} from './rows.js'
import { healthWord, outcomeWord, reasonWords, spoken } from './words.js'

/** One thing that a pipeline counts as passed or not. */
export interface Case {
  readonly group: 'verdict' | 'metrics' | 'budgets' | 'mix' | 'invariants' | 'generator'
  /** The same in every run, so that a pipeline knows it again: without a figure. */
  readonly name: string
  readonly result: Result
  /** A word for machines. */
  readonly reason: string
  readonly message: string
  readonly details: readonly string[]
}

/** `failure`: the candidate is to blame. `error`: it could not be told, which is never a pass. */
export type Result = 'passed' | 'failure' | 'error' | 'skipped'

const byExit = (exit: ExitCode): Result =>
  exit === exitCode.pass ? 'passed' : exit === exitCode.regression ? 'failure' : 'error'

const results = {
  pass: 'passed',
  improvement: 'passed',
  regression: 'failure',
  held: 'passed',
  as_expected: 'passed',
  broken: 'failure',
  shifted: 'failure',
  // The run did not test what it claims: nobody's fault, and no answer.
  wrong: 'error',
  inconclusive: 'error',
  no_data: 'error',
  not_checked: 'error',
} as const

/** Everything of a scenario that decides: how it ended, then what gates. Diagnostics are no cases. */
export function casesOf(scenario: ScenarioVerdict): readonly Case[] {
  return [
    ending(scenario),
    ...worstMetricsFirst(scenario.metrics)
      .filter(({ role }) => role === 'gate')
      .map((metric) => ({
        ...ofRow('metrics', metricRow(metric), metric.decision, metric.reason),
        name: metric.name,
        details: interval(metric),
      })),
    ...scenario.budgets.map((budget) => ({
      ...ofRow('budgets', budgetRow(budget), budget.decision, budget.reason),
      name: budget.name,
    })),
    ...scenario.mix.map((mix) => ofRow('mix', mixRow(mix), mix.decision, mix.reason)),
    ...invariantCases(scenario),
    generator(scenario),
  ]
}

function ending(scenario: ScenarioVerdict): Case {
  return {
    group: 'verdict',
    name: 'verdict',
    result: byExit(scenario.exit),
    reason: scenario.reason,
    message: `${outcomeWord(scenario.outcome).text}: ${scenario.headline}`,
    details: [...errorSentences(scenario.errors), ...scenario.warnings],
  }
}

function ofRow(group: Case['group'], row: Row, decision: keyof typeof results, reason: string): Case {
  const figures = row.control === none ? row.candidate : `${row.candidate}, control ${row.control}`
  const message = [`${spoken(row.word)}: ${figures}`, row.against, row.why]
  return {
    group,
    name: row.name,
    result: results[decision],
    reason,
    message: message.filter((part) => part !== '' && part !== none).join('; '),
    details: [],
  }
}

const interval = ({ change, units }: MetricVerdict): readonly string[] =>
  change === undefined ? [] : [`the change is ${between(change.low, change.high)}, from ${units} units`]

/** An invariant is weighed once a start, and is one case: the worst counts, with what broke it on any start. */
function invariantCases({ invariants, waived }: ScenarioVerdict): readonly Case[] {
  const worst = new Map<string, ToldInvariant>()
  for (const one of worstInvariantsFirst(foldStarts(invariants))) {
    const before = worst.get(one.name)
    if (before === undefined) worst.set(one.name, one)
    else if (one.status === 'broken') {
      const offenders = [...before.offenders, ...one.offenders]
      worst.set(one.name, { ...before, offenders, count: before.count + one.count })
    }
  }
  return [...worst.values()].map((one) => {
    const isWaived = one.status === 'not_checked' && waived.includes(one.name)
    const why = one.reason ?? reasonWords(one.status)
    const rest = one.count - one.offenders.length
    if (isIdle(one) || isWaived)
      return {
        group: 'invariants',
        name: one.name,
        result: 'skipped',
        reason: isWaived ? 'waived' : 'nothing_to_weigh',
        message: isWaived ? `waived by name: ${why}` : `nothing to weigh: ${lookedAt(one)}`,
        details: [],
      }
    return {
      group: 'invariants',
      name: one.name,
      result: results[one.status],
      reason: one.status,
      message: `${one.title}${one.status === 'not_checked' ? `: ${why}` : ''}`,
      details: [
        ...one.offenders.map(({ id, what }) => `${id}: ${what}`),
        ...(rest > 0 ? [`… and ${rest} more`] : []),
        ...(lookedAt(one) === '' ? [] : [`weighed on ${lookedAt(one)}`]),
      ],
    }
  })
}

function generator({ health, units }: ScenarioVerdict): Case {
  const nothing = units === 0
  return {
    group: 'generator',
    name: 'health',
    result: nothing || health.state === 'invalid' ? 'error' : 'passed',
    reason: nothing ? 'no_unit' : `generator_${health.state}`,
    message: nothing
      ? 'not judged: no unit was measured'
      : `the load generator is ${healthWord(health).text}`,
    details: health.reasons,
  }
}
