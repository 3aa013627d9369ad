import type { BudgetVerdict, MetricVerdict, MixVerdict } from '../model/verdict.js'
import type { Finding } from './findings.js'
import type { Wants } from './input.js'
import { gatingPairs, plannedFor, type Taken } from './units.js'

const hopeless: readonly Finding['outcome'][] = ['interrupted', 'broken', 'wrong_mix']
const hopelessReasons = [
  'target_lost',
  'engine_failed',
  'unaccounted',
  'receipts_lost',
  'fingerprint_differs',
  'no_control',
]
/** A better minute may come, as more load may. */
const openBudgets = ['not_settled', 'no_worse_than_control']
const undecided = ['undecided', 'undecided_at_cap', 'too_few_units', 'not_confirmed']

export interface Judged {
  readonly paired: boolean
  readonly capReached: boolean
  readonly findings: readonly Finding[]
  readonly metrics: readonly MetricVerdict[]
  readonly budgets: readonly BudgetVerdict[]
  readonly mix: readonly MixVerdict[]
  /** The generator was behind, and may not be in the units to come. */
  readonly mayRecover: boolean
}

/** What would settle a scenario that is not: fresh processes for a finding, more units for a doubt, nothing where neither would help. */
export function wanted(compared: Taken, judged: Judged): Wants {
  if (judged.findings.some((one) => hopeless.includes(one.outcome) || hopelessReasons.includes(one.reason)))
    return 'nothing'
  const unsettled = judged.budgets.some(({ reason }) => openBudgets.includes(reason))
  if (!judged.paired) return unsettled && !judged.capReached ? 'more_units' : 'nothing'
  const first = gatingPairs(compared.pairs).filter((pair) => !pair.confirmation).length
  const sliced = compared.pairs.length === 0 || first > 0
  if (!judged.capReached && sliced && first < (plannedFor(compared.pairs)[0] ?? 0)) return 'more_units'
  const untrusted = judged.findings.filter((one) => one.outcome === 'invalid' || one.outcome === 'failed')
  if (untrusted.some((one) => one.reason !== 'generator_behind' || !judged.mayRecover)) return 'nothing'
  // What a generator that was behind measured calls for no confirmation: it is to keep up first.
  if (untrusted.length > 0) return judged.capReached ? 'nothing' : 'more_units'
  const gating = judged.metrics.filter((metric) => metric.role === 'gate')
  const found = gating.filter((metric) => metric.decision === 'regression')
  const fresh = compared.pairs.some((pair) => pair.confirmation)
  const shifted = judged.mix.some((one) => one.decision === 'shifted') && !fresh
  const unconfirmed = shifted || found.some((metric) => metric.confirmed === undefined)
  if (unconfirmed && sliced) return 'confirmation'
  // Blocks come one a start, each on processes of its own: another start confirms one.
  const starts = new Set(compared.pairs.map((pair) => pair.group)).size
  if (unconfirmed && starts < 2 && !judged.capReached) return 'more_units'
  if (judged.capReached || found.length > 0) return 'nothing'
  const open = gating.some(
    (metric) => metric.decision === 'inconclusive' && undecided.includes(metric.reason),
  )
  return open || unsettled ? 'more_units' : 'nothing'
}
