import type { Run } from '../model/artefact.js'
import type { BudgetVerdict, Settling } from '../model/verdict.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, timesNeeded } from '../stats/shares.js'
import { outcomesOf } from './outcome.js'
import { unlessShort, type SharedControl } from './short-machine.js'
import { figure } from './words.js'

/** Seconds that show how much one differs from the next. */
const fewestIntervals = 8
/** Nobody waits for more. */
const mostUnits = 600
/** An outcome with fewer samples has no quantile of its own to hold against a limit. */
const fewestSamples = 20

export interface QuantileQuestion {
  readonly metric: string
  readonly step: string
  /** `p50`, `p90`, `p95` or `p99`. */
  readonly quantile: string
  /** Microseconds. */
  readonly limit: number
  readonly units: readonly number[]
  /** The control, where the machine that both shared was short of time. */
  readonly beside?: SharedControl | undefined
}

type Answer = Pick<BudgetVerdict, 'value' | 'decision' | 'reason' | 'outcome' | 'settling'>
const severity = ['broken', 'inconclusive', 'held'] as const

/**
 * A p99 budget of L means: at most 1 % of the requests take longer than L. The share is tested, one-sided at 1 %, with the second as
 * the unit of chance (requests of one second are correlated). With fewer than eight seconds the plain quantile decides, and the
 * reason says so. Each outcome is held against the limit on its own; the worst is told.
 */
export function quantileBudget(run: Run, question: QuantileQuestion): BudgetVerdict {
  const { metric, step, quantile, limit, units } = question
  const enough = outcomesOf([run], metric, units).filter(
    (outcome) => (run.latency({ metric, outcome, units })?.count ?? 0) >= fewestSamples,
  )
  const answers = (enough.length === 0 ? [undefined] : enough).map((outcome): Answer => ({
    ...ofOutcome(run, question, outcome),
    ...(outcome === undefined || enough.length === 1 ? {} : { outcome }),
  }))
  const ofSeverity = (wanted: string): Answer | undefined =>
    answers
      .filter((answer) => answer.decision === wanted)
      .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))[0]
  const worst = severity.map(ofSeverity).find((answer) => answer !== undefined) ?? {
    decision: 'no_data',
    reason: 'no_samples',
  }
  return {
    name: `${metric} ${quantile} ≤ ${figure(limit, 'us')}`,
    step,
    arm: 'candidate',
    limit,
    unit: 'us',
    ...worst,
  }
}

/** Units more, where so many times what there is would settle it. */
export function moreUnits(units: number, times: number): Settling {
  const more = Math.max(1, Math.ceil(units * (times - 1)))
  return { ...(more > mostUnits ? {} : { units: more }), noise: 'units' }
}

function ofOutcome(
  run: Run,
  { metric, quantile, limit, units, beside }: QuantileQuestion,
  outcome: string | undefined,
): Answer {
  const query = { metric, units, ...(outcome === undefined ? {} : { outcome }) }
  const latency = run.latency(query)
  if (latency === undefined) return { decision: 'no_data', reason: 'no_samples' }
  const level = Number(quantile.slice(1)) / 100
  const allowed = 1 - level
  const value = latency.quantile(level)
  const broken = (said: Pick<Answer, 'reason'>): Answer => ({
    value,
    ...unlessShort(beside, ({ index }) => over(run, index) - over(beside?.run, index), {
      ...said,
      decision: 'broken',
    }),
  })
  const over = (one: Run | undefined, unit: number): number =>
    units.includes(unit) ? (one?.latency({ ...query, units: [unit] })?.shareAbove(limit) ?? NaN) : NaN
  const seconds = run
    .series(query)
    .map(({ latency: one }) => ({ hits: Math.round(one.shareAbove(limit) * one.count), of: one.count }))
  if (seconds.length >= fewestIntervals) {
    if (shareOf(pooled(seconds)) <= allowed) return { value, decision: 'held', reason: 'within_limit' }
    if (surelyAbove(seconds, allowed, totalLevels.regression)) return broken({ reason: 'over_limit' })
    const settling = moreUnits(units.length, timesNeeded(seconds, allowed, totalLevels.regression))
    return { value, decision: 'inconclusive', reason: 'not_settled', settling }
  }
  if (value <= limit) return { value, decision: 'held', reason: 'within_limit_few_intervals' }
  if (latency.count * allowed < 1) return { value, decision: 'inconclusive', reason: 'too_few_samples' }
  return broken({ reason: 'over_limit_few_intervals' })
}
