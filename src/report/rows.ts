import type { InvariantResult } from '../model/artefact.js'
import type { Blame } from '../model/blame.js'
import type { ArmError, BudgetVerdict, MetricVerdict, MixVerdict, ScenarioVerdict } from '../model/verdict.js'
import { change, changeWithin, count, limit, measure, none, plural } from './format.js'
import { worstMetricsFirst } from './order.js'
import { plain } from './plain.js'
import {
  boundsWords,
  budgetWord,
  metricSentence,
  metricWord,
  mixWord,
  reasonWords,
  settlingWords,
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

/** What an invariant came to, and on how many starts. */
export type ToldInvariant = InvariantResult & { readonly starts: number }

/** One that came to the same on several starts is told once; each start on which one was broken by itself. */
export function foldStarts(invariants: readonly InvariantResult[]): readonly ToldInvariant[] {
  const found = new Map<string, ToldInvariant>()
  for (const one of invariants) {
    const { name, status, reason, group } = one
    const same = JSON.stringify([name, status, reason, status === 'broken' ? group : undefined])
    const before = found.get(same)
    found.set(same, before === undefined ? { ...one, starts: 1 } : joined(before, one))
  }
  return [...found.values()]
}

function joined(before: ToldInvariant, { looked }: InvariantResult): ToldInvariant {
  const sum =
    looked === undefined ? before.looked : { ...looked, count: looked.count + (before.looked?.count ?? 0) }
  return { ...before, ...(sum === undefined ? {} : { looked: sum }), starts: before.starts + 1 }
}

/** What an invariant that held was weighed on: `2,310 holds on 2 starts`; empty where nobody counted. */
export const lookedAt = ({ looked, starts = 1 }: InvariantResult & { readonly starts?: number }): string => {
  if (looked === undefined) return ''
  const on = starts > 1 ? ` on ${starts} starts` : ''
  return plain(`${looked.count === 0 ? 'no' : count(looked.count)} ${looked.what}${on}`)
}

/** An invariant by its id and name; one that was never looked at has its name alone. */
export const named = ({ id, name }: InvariantResult): string => plain(id === name ? name : `${id} ${name}`)

/** A sentence of a verdict, which has neither a capital nor a full stop. */
export const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** All that is known of where the added time went, as one paragraph. */
export const whereItWent = ({ sentences }: Blame): string => sentences.map(asSentence).join(' ')

const kindsShown = 3

/** The most frequent errors, a sentence each: `726 × reserve, undeclared_404 (target): …`; how many kinds more there are comes last. */
export function errorSentences(errors: readonly ArmError[]): readonly string[] {
  const both = new Set(errors.map(({ arm }) => arm)).size > 1
  const shown = errors.slice(0, kindsShown).map((one) => {
    const whose = both ? `${one.class}, ${one.arm}` : one.class
    return `${count(one.count)} × ${one.step}, ${one.reason} (${whose}): ${one.example.slice(0, 200)}`
  })
  const rest = errors.length - shown.length
  return rest > 0 ? [...shown, `… and ${plural(rest, 'kind')} more of errors`] : shown
}

/** Whether no scenario has a figure of a control, whose column would be empty. */
export const isAlone = (scenarios: readonly ScenarioVerdict[]): boolean =>
  scenarios.every(({ metrics, mix }) => [...metrics, ...mix].every(({ control }) => control === undefined))

/** Without a control a latency that is not judged says nothing beside the table of times, which has it with its parts. */
export const isTold =
  (alone: boolean) =>
  ({ role, unit, candidate }: MetricVerdict): boolean =>
    !alone || role === 'gate' || (unit !== 'us' && candidate !== undefined)

export function metricRow(metric: MetricVerdict): Row {
  return {
    name: plain(metric.title ?? metric.name),
    control: measure(metric.control, metric.unit),
    candidate: measure(metric.candidate, metric.unit),
    against: metric.change === undefined ? none : changeWithin(metric.change),
    word: metricWord(metric),
    why: metricReason(metric),
  }
}

// That there is no control is said once, in the sentence of the mode; a tolerance says nothing of what is not there.
function metricReason(metric: MetricVerdict): string {
  if (metric.reason === 'no_control') return ''
  return metric.decision === 'no_data' ? reasonWords(metric.reason) : metricSentence(metric)
}

export function budgetRow(budget: BudgetVerdict): Row {
  // The limit has a column of its own.
  const name = plain(budget.name).replace(/ ≤ .*$/u, '')
  return {
    name: budget.outcome === undefined ? name : name.replace(/ (?=\S+$)/u, ` ${plain(budget.outcome)} `),
    control: none,
    candidate: measure(budget.value, budget.unit),
    against: `≤ ${limit(budget.limit, budget.unit)}`,
    word: budgetWord(budget),
    why: budgetReason(budget),
  }
}

function budgetReason({ decision, limit: most, outcome, reason, value, settling }: BudgetVerdict): string {
  const over =
    decision === 'broken' && value !== undefined && most > 0 ? ` (${change(value / most - 1)})` : ''
  const told = outcome === undefined ? '' : '; each outcome is held against it, and the worst is told'
  const settle = settlingWords({ settling }).map((one) => `; ${one}`)
  return reasonWords(reason) + over + told + settle.join('')
}

export function mixRow(mix: MixVerdict): Row {
  return {
    name: plain(`${mix.step} ${mix.outcome}`),
    control: measure(mix.control, 'share'),
    candidate: measure(mix.candidate, 'share'),
    against: boundsWords(mix.bounds),
    word: mixWord(mix),
    why: reasonWords(mix.reason),
  }
}

/** All rows of a scenario, worst metrics first; with nothing to compare with, what is judged comes before what is only shown. */
export function rowsOf({ metrics, budgets, mix }: ScenarioVerdict, alone: boolean): readonly Row[] {
  const told = worstMetricsFirst(metrics).filter(isTold(alone))
  const [first, last] = alone
    ? [told.filter(({ role }) => role === 'gate'), told.filter(({ role }) => role !== 'gate')]
    : [told, []]
  return [...first.map(metricRow), ...budgets.map(budgetRow), ...mix.map(mixRow), ...last.map(metricRow)]
}
