import type { BudgetVerdict, MetricVerdict, MixVerdict } from '../model/verdict.js'
import { change, changeWithin, limit, measure, none } from './format.js'
import {
  boundsWords,
  budgetWord,
  metricSentence,
  metricWord,
  mixWord,
  reasonWords,
  type Word,
} from './words.js'

/** A row of a verdict's table, for every reporter: both arms, what is said of them, and why in words. */
export interface Row {
  readonly name: string
  readonly control: string
  readonly candidate: string
  /** The change of a metric, the limit of a budget, the bounds of a share. */
  readonly against: string
  readonly word: Word
  readonly why: string
}

export function metricRow(metric: MetricVerdict): Row {
  return {
    name: metric.title ?? metric.name,
    control: measure(metric.control, metric.unit),
    candidate: measure(metric.candidate, metric.unit),
    against: metric.change === undefined ? none : changeWithin(metric.change),
    word: metricWord(metric),
    why: metricSentence(metric),
  }
}

export function budgetRow(budget: BudgetVerdict): Row {
  return {
    // The limit has a column of its own.
    name: budget.name.replace(/ ≤ .*$/u, ''),
    control: none,
    candidate: measure(budget.value, budget.unit),
    against: `≤ ${limit(budget.limit, budget.unit)}`,
    word: budgetWord(budget),
    why: budgetReason(budget),
  }
}

function budgetReason({ decision, limit: most, reason, value }: BudgetVerdict): string {
  const over =
    decision === 'broken' && value !== undefined && most > 0 ? ` (${change(value / most - 1)})` : ''
  return reasonWords(reason) + over
}

export function mixRow(mix: MixVerdict): Row {
  return {
    name: `${mix.step} ${mix.outcome}`,
    control: measure(mix.control, 'share'),
    candidate: measure(mix.candidate, 'share'),
    against: boundsWords(mix.bounds),
    word: mixWord(mix),
    why: reasonWords(mix.reason),
  }
}
