import type {
  BudgetVerdict,
  Decision,
  HealthVerdict,
  MetricVerdict,
  MixVerdict,
  Outcome,
  Verdict,
} from '../model/verdict.js'
import type { InvariantResult } from '../model/artefact.js'
import { partWords } from './parts.js'
import { isIdle } from '../model/invariants.js'
import { limit } from './format.js'

/** How a word is to be felt. Only ever added to a sign and a word, never instead of them. */
export type Tone = 'good' | 'bad' | 'unsure' | 'quiet' | 'strong'

export interface Word {
  readonly sign: '✓' | '✗' | '?' | '·'
  readonly text: string
  readonly tone: Tone
}

const good = (text: string): Word => ({ sign: '✓', text, tone: 'good' })
const bad = (text: string): Word => ({ sign: '✗', text, tone: 'bad' })
const unsure = (text: string): Word => ({ sign: '?', text, tone: 'unsure' })

/** The word with its sign before it: `✗ regression`. */
export const spoken = (word: Word): string => `${word.sign} ${word.text}`

const outcomes: Readonly<Record<Outcome, Word>> = {
  pass: good('pass'),
  improvement: good('improvement'),
  regression: bad('regression'),
  broken: bad('broken'),
  over_budget: bad('over budget'),
  inconclusive: unsure('inconclusive'),
  invalid: unsure('invalid'),
  wrong_mix: unsure('wrong mix'),
  failed: bad('failed'),
  interrupted: unsure('interrupted'),
}
export const outcomeWord = (outcome: Outcome): Word => outcomes[outcome]

const decisions: Readonly<Record<Decision, Word>> = {
  pass: good('pass'),
  improvement: good('improvement'),
  regression: bad('regression'),
  inconclusive: unsure('inconclusive'),
  no_data: unsure('no data'),
}
/** Of what is shown for the eye alone. */
export const notJudged: Word = { sign: '·', text: 'not judged', tone: 'quiet' }

/** A diagnostic metric is shown and never judged, whatever was computed about it. */
export function metricWord(metric: MetricVerdict): Word {
  return metric.role === 'gate' ? decisions[metric.decision] : notJudged
}

const budgets: Readonly<Record<BudgetVerdict['decision'], Word>> = {
  held: good('in budget'),
  broken: bad('over budget'),
  inconclusive: unsure('inconclusive'),
  no_data: unsure('no data'),
}
export const budgetWord = (budget: BudgetVerdict): Word => budgets[budget.decision]

const mixes: Readonly<Record<MixVerdict['decision'], Word>> = {
  as_expected: good('as expected'),
  wrong: bad('wrong mix'),
  shifted: bad('shifted'),
  no_data: unsure('no data'),
}
export const mixWord = (mix: MixVerdict): Word => mixes[mix.decision]

const statuses: Readonly<Record<InvariantResult['status'], Word>> = {
  held: good('held'),
  broken: bad('broken'),
  not_checked: unsure('not checked'),
}
export const invariantWord = (invariant: InvariantResult): Word =>
  isIdle(invariant) ? { sign: '·', text: 'nothing to weigh', tone: 'quiet' } : statuses[invariant.status]

const states: Readonly<Record<HealthVerdict['state'], Word>> = {
  valid: good('valid'),
  degraded: unsure('degraded'),
  invalid: bad('invalid'),
}
export const healthWord = (health: HealthVerdict): Word => states[health.state]

export const modeSentence: Readonly<Record<Verdict['mode'], string>> = {
  paired: 'Control and candidate took turns under the same load.',
  baseline: 'The candidate was compared with a recorded baseline.',
  stored:
    'Two stored runs were compared: unless they are the arms of one gate, they shared neither load nor time.',
  none: 'There was no control and no baseline: only budgets, mix and invariants were judged.',
}

/** The last tries are told one by one. */
const triesTold = 3

/** That this commit was gated before, and how that ended: another try is no more evidence. */
export function earlierSentence({ earlier = [] }: Verdict): string | undefined {
  if (earlier.length === 0) return undefined
  const told = earlier.slice(-triesTold)
  const rest = earlier.length - told.length
  const each = told.map(
    ({ outcome, startedAt }) =>
      `${outcomeWord(outcome).text} (${startedAt.slice(0, 16).replace('T', ' ')} UTC)`,
  )
  const all = [...each, ...(rest === 0 ? [] : [`and ${rest} before these`])].join(', ')
  return `This commit was gated before: ${all}. Each try is another chance of an answer that is luck; a longer gate is not.`
}

const percent = (value: number): string => limit(value, 'share')

/** What each word of a verdict's reasons says to a person. */
export const reasons: Readonly<Record<string, string>> = {
  beyond_ignore: 'worse by more than what is ignored',
  beyond_reject: 'worse by more than what is accepted',
  within_tolerance: 'within the tolerance',
  promises_held: 'budgets and invariants held',
  improved: 'better by more than what is ignored',
  too_few_samples: 'too few samples to judge it',
  no_samples: 'not one sample was recorded',
  one_sided: 'only one side recorded it',
  too_few_units: 'too few units of load to judge it',
  undecided: 'not decided yet',
  undecided_at_cap: 'still undecided when no more units came',
  diagnostic: 'shown for the eye, never judged',
  too_noisy_here: 'too noisy on this machine to be judged, says the calibration',
  no_metric_may_gate: 'no latency may gate on this machine, says the calibration',
  below_expected: 'less than the contract expects; never judged',
  above_expected: 'more than the contract expects; never judged',
  no_control: 'there is no control to compare with',
  no_baseline: 'there is no baseline to compare with',
  baseline_expired: 'the baseline is too old',
  recorded_in_future: 'sessions of the baseline say that they were recorded in the future',
  fingerprint_differs: 'the two were not measured under the same conditions',
  too_few_sessions: 'the baseline has too few sessions',
  not_confirmed: 'not seen again on fresh processes',
  mix_shifted: 'the share is not the one of the control, or of the sessions of a baseline',
  outside_bounds: 'the share is outside its bounds: the run did not test what it claims',
  within_bounds: 'the share is within its bounds',
  over_limit: 'over its limit',
  over_limit_few_intervals: 'over its limit, by the plain percentile: too few seconds to test the share',
  within_limit_few_intervals: 'within its limit, by the plain percentile: too few seconds to test the share',
  no_worse_than_control:
    'over its limit, but not surely slower than the control under the same load, and the machine was short of time',
  not_settled: 'over its limit, but by too little to be sure; more load would settle it',
  no_burst: 'there was no burst whose end could be timed',
  only_errors: 'every answer was an error',
  more_errors: 'more errors than the control',
  within_limit: 'within its limit',
  interrupted: 'it was interrupted',
  clock_backwards: 'the clock went back while it ran',
  target_lost: 'the target went away',
  engine_failed: 'the run broke off',
  receipts_lost: 'wins were counted whose receipts are missing',
  invariants_not_checked: 'invariants could not be checked',
  run_damaged: 'a part of the run cannot be read',
  invariant_broken: 'an invariant is broken: one event is enough',
  wrong_mix: 'the shares of outcomes are outside their bounds: the run did not test what it claims',
  generator_behind: 'the load generator cannot be trusted',
  run_incomplete: 'the run has no end: it was killed',
  no_scenarios: 'no scenario was judged',
  unaccounted: 'steps that began did not all end in an answer, a time-out or an error',
  journey_threw: 'the code of the scenario threw an error',
  audience_absent: 'watchers never came in, for a reason of the scenario’s own',
}

/** A machine's reason as a person would say it; one that is not listed loses its underscores only. */
export const reasonWords = (reason: string): string => reasons[reason] ?? reason.replaceAll('_', ' ').trim()

/** Why a metric was decided so, in one sentence without a full stop: reason, tolerance, what would have been seen. */
export function metricSentence(metric: MetricVerdict): string {
  const said = [reasonWords(metric.reason)]
  if (metric.tolerance !== undefined && metric.role === 'gate' && metric.decision !== 'pass')
    said.push(
      `up to ${percent(metric.tolerance.ignore)} is ignored, ${percent(metric.tolerance.reject)} is too much`,
    )
  if (metric.decision === 'inconclusive' && metric.smallest !== undefined && Number.isFinite(metric.smallest))
    said.push(`a change below ${percent(metric.smallest)} could not be told from none`)
  if (metric.decision === 'inconclusive') said.push(...stopWords(metric), ...settlingWords(metric))
  if (metric.confirmed !== undefined && metric.decision === 'regression')
    said.push(metric.confirmed ? 'confirmed on fresh processes' : 'not confirmed on fresh processes')
  return said.join('; ')
}

const untold: ReadonlySet<string> = new Set(['measuring', 'not_recorded'])

const stopWords = ({ stopped }: MetricVerdict): readonly string[] =>
  stopped === undefined || untold.has(stopped.reason) ? [] : [stopped.sentence]

/** What would settle it: so many units, or less of the noise that there is most of. */
export function settlingWords({
  settling,
  sigma,
}: Pick<MetricVerdict, 'settling' | 'sigma'>): readonly string[] {
  if (settling === undefined) return []
  const noise =
    settling.noise === 'starts'
      ? 'fresh starts differ more than the units of one'
      : `its units differ${sigma === undefined ? ' from one another' : ` by about ${percent(sigma)}`}`
  const { units } = settling
  return [
    units === undefined
      ? `no number of units that anybody would wait for would settle it, since ${noise}`
      : `about ${units} more ${units === 1 ? 'unit' : 'units'} would settle it, since ${noise}`,
  ]
}

const legends: readonly (readonly [in_: RegExp, meaning: string])[] = [
  [/\bp50\b/, 'p50: half took longer'],
  [/\bp75–p95\b/, 'p75–p95: mean of the slowest quarter, but for the slowest twentieth'],
  [/\bp90\b/, 'p90: one in ten took longer'],
  [/\bp95\b(?<!–p95)/, 'p95: one in twenty took longer'],
  [/\bp99\b/, 'p99: one in a hundred took longer'],
  [/±/, '±: how far chance alone may move the change'],
  [/\bbetween [+−]/, 'between: where the change lies but for rare chance'],
  [/\bunits?\b/, 'unit: some seconds of load on each build'],
  [/\bstarts?\b/, 'start: fresh processes of the builds'],
  [/\w@\w/, 'step@phase: the step in that phase of the load'],
  ...partWords.map(
    ([part, meaning]) => [new RegExp(`\\b${part} (?:< )?\\d+ %`), `${part}: ${meaning}`] as const,
  ),
]

/** The words of statistics that a text uses, each with its plain meaning; empty where it has none. */
export function legendOf(text: string): string {
  const found = legends.filter(([word]) => word.test(text)).map(([, meaning]) => meaning)
  return found.join('; ')
}

/** Bounds of an outcome's share: `≤ 0.1 %`, `5 to 10 %`. */
export function boundsWords(bounds: MixVerdict['bounds']): string {
  const { atLeast, atMost } = bounds ?? {}
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost
      ? percent(atLeast)
      : `${percent(atLeast).replace(' %', '')} to ${percent(atMost)}`
  if (atLeast !== undefined) return `≥ ${percent(atLeast)}`
  return atMost === undefined ? 'any' : `≤ ${percent(atMost)}`
}

/** First line of every report: the outcome as a word, two spaces, one sentence. */
export function headline(verdict: { readonly outcome: Outcome; readonly headline: string }): string {
  return /^[A-Z][A-Z ]*[A-Z] {2}\S/.test(verdict.headline)
    ? verdict.headline
    : `${outcomes[verdict.outcome].text.toUpperCase()}  ${verdict.headline}`
}
