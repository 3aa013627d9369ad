import type { BudgetVerdict, HealthVerdict, MetricVerdict, MixVerdict } from '../model/verdict.js'
import type { Finding } from './findings.js'
import { change, figure, plural, share } from './words.js'

const confirmation = (metric: MetricVerdict): string =>
  metric.confirmed === undefined
    ? ''
    : metric.confirmed
      ? ', confirmed on fresh processes'
      : ', not confirmed on fresh processes'

/** The headline of a change: `reserve is slower: p90 +14 % (between +11 and +17 %), 6 units, confirmed on fresh processes`. */
function changed(metric: MetricVerdict): string {
  const tail = `${plural(metric.units, 'unit')}${confirmation(metric)}`
  if (metric.statistic === 'error share')
    return `more steps end in an error: ${share(metric.candidate ?? 0)} instead of ${share(metric.control ?? 0)}, ${tail}`
  // A ratio with nothing has no size that says anything.
  if (metric.control === 0 && metric.candidate !== undefined)
    return `more of what was: ${metric.title ?? metric.name} ${figure(Number(metric.candidate.toPrecision(3)), metric.unit)} instead of 0, ${tail}`
  if (metric.change === undefined) return `${metric.name} changed, ${tail}`
  const { mean, low, high } = metric.change
  const phase = metric.name.slice(0, metric.name.length - metric.statistic.length).trim()
  const worse = mean > 0 === (metric.better === 'lower')
  const what =
    metric.unit === 'us'
      ? `${phase} is ${worse ? 'slower' : 'faster'}: ${metric.statistic}`
      : metric.statistic.startsWith('achieved')
        ? `${worse ? 'fewer' : 'more'} journeys are answered: ${metric.name}`
        : `${mean > 0 ? 'more' : 'less'} of what was: ${metric.title ?? metric.name}`
  return `${what} ${change(mean)} (between ${change(low).replace(/ %$/, '')} and ${change(high)}), ${tail}`
}

/** Regressions worst first, then what could not be told, then improvements. Diagnostics decide nothing. */
export function ofMetrics(metrics: readonly MetricVerdict[], explained: boolean): readonly Finding[] {
  const gating = metrics.filter((metric) => metric.role === 'gate')
  const size = (metric: MetricVerdict): number => Math.abs(metric.change?.mean ?? Infinity)
  const of = (decision: MetricVerdict['decision']): readonly MetricVerdict[] =>
    gating.filter((metric) => metric.decision === decision).toSorted((a, b) => size(b) - size(a))
  const missing = explained ? [] : of('no_data')
  return [
    ...missing.map((metric): Finding => ({
      outcome: 'failed',
      reason: metric.reason,
      sentence: `${metric.name} has no samples: ${noSamples(metric.reason)}`,
    })),
    ...of('regression').map((metric): Finding => ({
      outcome: 'regression',
      reason: metric.reason,
      sentence: changed(metric),
    })),
    ...of('inconclusive').map((metric): Finding => ({
      outcome: 'inconclusive',
      reason: metric.reason,
      sentence: `${metric.name} is undecided: ${unsure(metric)}`,
    })),
    ...of('improvement').map((metric): Finding => ({
      outcome: 'improvement',
      reason: metric.reason,
      sentence: changed(metric),
    })),
  ]
}

const noSamples = (reason: string): string =>
  reason === 'only_errors' ? 'every answer was an error' : 'nothing was recorded'

function unsure({ reason, unit, change: found, tolerance, units }: MetricVerdict): string {
  if (reason === 'too_few_samples')
    return unit === 'us' ? 'too few samples in a unit' : 'most units lack it on one of the arms'
  if (reason === 'one_sided') return 'only one side recorded it'
  if (reason === 'too_few_units') return `${plural(units, 'unit')} ${units === 1 ? 'is' : 'are'} too few`
  if (reason === 'too_few_sessions') return 'too few sessions have it'
  if (found === undefined || tolerance === undefined) return reason.replaceAll('_', ' ')
  const margins = `up to ${change(tolerance.ignore)} is ignored, ${change(tolerance.reject)} is too much`
  return `between ${change(found.low)} and ${change(found.high)} after ${plural(units, 'unit')}, where ${margins}`
}

export function ofBudgets(budgets: readonly BudgetVerdict[], explained: boolean): readonly Finding[] {
  return budgets.flatMap((budget): readonly Finding[] => {
    const of = budget.outcome === undefined ? '' : ` (${budget.outcome})`
    const value = budget.value === undefined ? '' : `, found ${figure(budget.value, budget.unit)}${of}`
    if (budget.decision === 'broken')
      return [
        { outcome: 'over_budget', reason: budget.reason, sentence: `over budget: ${budget.name}${value}` },
      ]
    if (budget.reason === 'no_worse_than_control')
      return [
        {
          outcome: 'inconclusive',
          reason: budget.reason,
          sentence: `${budget.name} is not kept${value}, but the candidate is not surely slower than the control, and the machine was short of time`,
        },
      ]
    if (budget.decision === 'inconclusive')
      return [
        {
          outcome: 'inconclusive',
          reason: budget.reason,
          sentence: `too little load to tell whether ${budget.name} holds${value}`,
        },
      ]
    if (budget.decision === 'held' || explained) return []
    return [
      {
        outcome: 'failed',
        reason: budget.reason,
        sentence: `nothing was recorded for the budget ${budget.name}`,
      },
    ]
  })
}

export function ofMix(mix: readonly MixVerdict[], explained: boolean): readonly Finding[] {
  return mix.flatMap((one): readonly Finding[] => {
    const name = `${one.step} ends as ${one.outcome}`
    if (one.decision === 'wrong')
      return [
        {
          outcome: 'wrong_mix',
          reason: 'wrong_mix',
          sentence: `the run did not test what it claims: ${name} in ${share(one.candidate ?? 0)}, outside its bounds`,
        },
      ]
    if (one.decision === 'shifted')
      return [
        {
          outcome: 'regression',
          reason: 'mix_shifted',
          sentence: `the mix shifted: ${name} in ${share(one.candidate ?? 0)} instead of ${share(one.control ?? 0)}`,
        },
      ]
    if (one.decision === 'as_expected' || explained) return []
    // As of a latency: with samples on the other side it is no failure to measure.
    if (one.reason === 'one_sided')
      return [
        {
          outcome: 'inconclusive',
          reason: one.reason,
          sentence: `nothing was recorded of ${one.step}, which was taken often before`,
        },
      ]
    return [
      {
        outcome: 'failed',
        reason: one.reason,
        sentence: `nothing was recorded of ${one.step}, whose outcomes are bounded`,
      },
    ]
  })
}

export const ofHealth = (health: HealthVerdict): readonly Finding[] =>
  health.state === 'invalid'
    ? [
        {
          outcome: 'invalid',
          reason: 'generator_behind',
          sentence: `the load generator cannot be trusted: ${health.reasons.join('; ')}`,
        },
      ]
    : []
