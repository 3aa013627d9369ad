import type { Run, UnitRecord } from '../model/artefact.js'
import type { BudgetVerdict } from '../model/verdict.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, timesNeeded, type Share } from '../stats/shares.js'
import { errorsOf } from './errors.js'
import { onlyErrors } from './outcome.js'
import { moreUnits, quantileBudget, type QuantileQuestion } from './quantile-budget.js'
import { unlessShort, type SharedControl } from './short-machine.js'
import { measured, namesOf } from './units.js'
import { figure } from './words.js'

/**
 * The candidate's absolute promises: quantiles by step, the share of errors, the drain of bursts and surges. `beside`: the control, where
 * the machine that both shared was short of time: then a time over its limit is the candidate's only where it was surely worse.
 */
export function judgeBudgets(run: Run, beside?: SharedControl): readonly BudgetVerdict[] {
  const { quantiles, errors, drain } = run.file.promises.budgets
  const units = measured(run)
  return [
    ...Object.entries(quantiles).flatMap(([step, budget]) =>
      Object.entries(budget).flatMap(([quantile, limit]) =>
        ofStep(run, units, { step, quantile, limit, beside }),
      ),
    ),
    ...(errors === undefined ? [] : [errorBudget(units, errors), ...watchers(units, errors)]),
    ...(drain === undefined ? [] : drainBudgets(units, drain, beside)),
  ]
}

/** A step's budget belongs to its open phases; to its bursts only where it has no other load. */
function ofStep(
  run: Run,
  units: readonly UnitRecord[],
  asked: Pick<QuantileQuestion, 'step' | 'quantile' | 'limit' | 'beside'>,
): readonly BudgetVerdict[] {
  const { step, quantile, limit } = asked
  const open = units.filter((unit) => unit.kind === 'slices').map((unit) => unit.index)
  const all = units.map((unit) => unit.index)
  const names = namesOf(step, run.metrics())
  const seen = (within: readonly number[]): readonly string[] =>
    within.length === 0 ? [] : names.filter((metric) => run.latency({ metric, units: within }) !== undefined)
  const inOpen = seen(open)
  const found = inOpen.length > 0 ? inOpen : seen(all)
  const within = inOpen.length > 0 ? open : all
  if (found.length > 0) return found.map((metric) => quantileBudget(run, { ...asked, metric, units: within }))
  const name = `${step} ${quantile} ≤ ${figure(limit, 'us')}`
  const reason = names.some((metric) => onlyErrors(run, metric)) ? 'only_errors' : 'no_samples'
  return [{ name, step, arm: 'candidate', limit, unit: 'us', decision: 'no_data', reason }]
}

/** Errors of the target, of the steps that left this machine: a step whose code threw has asked the target nothing. */
function sent(unit: UnitRecord): Share {
  const { hits, of } = errorsOf(unit, ['target'])
  const kept = unit.accounting.errors.filter((error) => error.class === 'generator' && error.step !== 'whole')
  return { hits, of: Math.max(hits, of - kept.reduce((sum, { count }) => sum + count, 0)) }
}

/** Errors of the target over all steps; an edge's or the generator's are not the target's. */
function errorBudget(units: readonly UnitRecord[], limit: number): BudgetVerdict {
  const shares = units.map(sent)
  const all = pooled(shares)
  const head = {
    name: `errors ≤ ${figure(limit, 'share')}`,
    step: 'whole',
    arm: 'candidate',
    limit,
    unit: 'share',
  } as const
  if (all.of === 0) return { ...head, decision: 'no_data', reason: 'no_samples' }
  const value = shareOf(all)
  if (value <= limit) return { ...head, value, decision: 'held', reason: 'within_limit' }
  const sure = limit === 0 || surelyAbove(shares, limit, totalLevels.regression)
  return {
    ...head,
    value,
    decision: sure ? 'broken' : 'inconclusive',
    reason: sure ? 'over_limit' : 'not_settled',
    ...(sure
      ? {}
      : { settling: moreUnits(units.length, timesNeeded(shares, limit, totalLevels.regression)) }),
  }
}

/** Watchers that the target refused or lost, of those that were to be there, in the worst unit: among its steps they would hardly show. */
function watchers(units: readonly UnitRecord[], limit: number): readonly BudgetVerdict[] {
  const shares = units.flatMap(({ accounting: { audience } }) =>
    audience === undefined ? [] : [audience.lost / audience.members],
  )
  if (shares.length === 0) return []
  const value = Math.max(...shares)
  return [
    {
      name: `watchers lost ≤ ${figure(limit, 'share')}`,
      step: 'audience',
      arm: 'candidate',
      limit,
      unit: 'share',
      value,
      decision: value <= limit ? 'held' : 'broken',
      reason: value <= limit ? 'within_limit' : 'over_limit',
    },
  ]
}

/** The slowest repetition of each burst or surge. Other open phases last as long as they were told to and have no drain. */
function drainBudgets(
  units: readonly UnitRecord[],
  limit: number,
  beside: SharedControl | undefined,
): readonly BudgetVerdict[] {
  const drains = units.filter((unit) => unit.kind === 'block').map((unit) => unit.accounting.drain)
  const phases = [...new Set(drains.flatMap((drain) => Object.keys(drain)))].toSorted()
  const head = { step: 'whole', arm: 'candidate', limit, unit: 'us' } as const
  const name = (phase: string): string => `drain${phase} ≤ ${figure(limit, 'us')}`
  if (phases.length === 0) return [{ ...head, name: name(''), decision: 'no_data', reason: 'no_burst' }]
  return phases.map((phase) => {
    const value = Math.max(...drains.map((drain) => drain[phase] ?? 0))
    const log = (unit: UnitRecord | undefined): number => Math.log(unit?.accounting.drain[phase] ?? NaN)
    const answer =
      value <= limit
        ? ({ decision: 'held', reason: 'within_limit' } as const)
        : unlessShort(beside, ({ candidate, control }) => log(candidate) - log(control), {
            decision: 'broken',
            reason: 'over_limit',
          })
    return { ...head, name: name(`@${phase}`), value, ...answer }
  })
}
