import type { InvariantResult } from '../model/artefact.js'
import { unweighed } from '../model/invariants.js'
import type { MetricVerdict, ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { fit, wrap, type Line } from './layout.js'
import { worstMetricsFirst } from './order.js'
import { plain as inert } from './plain.js'
import {
  budgetRow,
  errorSentences,
  isTold,
  lookedAt,
  metricRow,
  mixRow,
  named,
  asSentence,
  whereItWent,
  type Row,
} from './rows.js'
import { rowLines, type Columns } from './terminal-table.js'
import { timesLines } from './terminal-times.js'
import { healthWord, outcomeWord, spoken } from './words.js'

/** Passing rows that are still shown one by one; more would push the bad news off the screen. */
const passingShown = 6
const diagnosticsShown = 12
const offendersShown = 5
/** More rows without data are told together. */
const missingShown = 2

/**
 * One scenario: its name and outcome, broken invariants, its rows with the worst first, what went wrong, where the time went when
 * nothing is compared, then what no row can say.
 */
export function scenarioLines(scenario: ScenarioVerdict, columns: Columns, page: boolean): readonly Line[] {
  const word = outcomeWord(scenario.outcome)
  const title = `${scenario.scenario} · ${scenario.profile} · ${plural(scenario.units, 'unit')}, ${plural(scenario.starts, 'start')}`
  const heading: Line = [
    { text: `  ${fit(inert(title), columns.all - 22)}  `, tone: 'strong' },
    { text: spoken(word), tone: word.tone },
  ]
  const broken = scenario.invariants.filter((invariant) => invariant.status === 'broken')
  return [
    heading,
    ...broken.flatMap((invariant) => brokenLines(invariant, columns)),
    ...tableRows(scenario, columns, page),
    ...blameLines(scenario, columns),
    ...errorSentences(scenario.errors).flatMap((one) => wrap(one, columns.all, '    ! ', 'unsure')),
    ...(columns.alone ? timesLines(scenario.times, columns.all, page) : []),
    ...invariantLines(scenario, columns),
    ...healthLines(scenario, columns),
    ...scenario.warnings.flatMap((warning) => wrap(warning, columns.all, '    ! ', 'unsure')),
  ]
}

function tableRows(scenario: ScenarioVerdict, columns: Columns, page: boolean): readonly Line[] {
  const troubled = new Set(scenario.metrics.filter(isTroubled).map((metric) => metric.step))
  const metrics = worstMetricsFirst(scenario.metrics).filter(isTold(columns.alone))
  const gating = metrics.filter((metric) => metric.role === 'gate').map(metricRow)
  // A diagnostic helps where its step is in trouble or nothing else is known, and is noise elsewhere; probes are for the page.
  const diagnostic = metrics
    .filter((metric) => metric.role === 'diagnostic' && metric.statistic !== 'probe')
    .filter((metric) => gating.length === 0 || troubled.has(metric.step))
    .map(metricRow)
  const rows = [...gating, ...scenario.budgets.map(budgetRow), ...scenario.mix.map(mixRow)]
  const passing = rows.filter((row) => row.word.tone === 'good')
  const rest = Math.max(0, passing.length - passingShown)
  const unjudged = Math.max(0, diagnostic.length - diagnosticsShown)
  const where = page ? '; the page has them all' : ''
  const shown = diagnostic.slice(0, diagnosticsShown).flatMap((row) => rowLines(row, columns, false))
  const missing = rows.filter(isMissing)
  const folded = missing.length > missingShown
  const inTone = (tone: Row['word']['tone']): readonly Line[] =>
    rows
      .filter((row) => row.word.tone === tone && !(folded && isMissing(row)))
      .flatMap((row) => rowLines(row, columns, true))
  return [
    ...inTone('bad'),
    ...inTone('unsure'),
    ...(folded ? together(missing, 'no data', columns) : []),
    ...(columns.alone ? [] : shown),
    ...passing.slice(0, passingShown).flatMap((row) => rowLines(row, columns, false)),
    ...(columns.alone ? shown : []),
    ...(rest > 0 ? wrap(`… and ${rest} more that are fine${where}`, columns.all, '    ', 'quiet') : []),
    ...(unjudged > 0 ? wrap(`… and ${unjudged} more not judged${where}`, columns.all, '    ', 'quiet') : []),
  ]
}

const isMissing = (row: Row): boolean => row.word.text === 'no data'

/** Many that lack the same say it once, for each reason: what they lack, their names, and the reason. */
function together(
  all: readonly { readonly name: string; readonly why: string }[],
  what: string,
  columns: Columns,
): readonly Line[] {
  const reasons = [...new Set(all.map(({ why }) => why))]
  return reasons.flatMap((why) => {
    const names = all.filter((one) => one.why === why).map(({ name }) => name)
    return wrap(`${what}: ${[...new Set(names)].join(', ')}: ${why}`, columns.all, '    ? ', 'unsure')
  })
}

/** What it means to those who use it, and where the added time went. */
function blameLines({ plain = [], blame }: ScenarioVerdict, columns: Columns): readonly Line[] {
  return [
    ...(plain.length === 0
      ? []
      : wrap(`In plain words: ${plain.map(asSentence).join(' ')}`, columns.all, '    ', 'strong')),
    ...(blame === undefined
      ? []
      : wrap(`Where it went: ${whereItWent(blame)}`, columns.all, '    ', 'strong')),
  ]
}

const isTroubled = (metric: MetricVerdict): boolean => metric.role === 'gate' && metric.decision !== 'pass'

function invariantLines(scenario: ScenarioVerdict, columns: Columns): readonly Line[] {
  const { invariants, waived } = scenario
  const unchecked = invariants.filter((invariant) => invariant.status === 'not_checked')
  // An invariant is checked once a start; it held when it did on every one.
  const failed = new Set(invariants.filter((one) => one.status !== 'held').map((one) => one.name))
  const idle = unweighed(invariants)
  const held = new Set(invariants.map((one) => one.name)).size - failed.size - idle.size
  const idly = invariants.filter((one) => idle.has(one.name))
  const nothing = [...new Set(idly.map((one) => `${named(one)} (${lookedAt(one)})`))]
  return [
    ...together(
      unchecked.map((one) => ({ name: named(one), why: one.reason ?? 'no reason given' })),
      'not checked',
      columns,
    ),
    ...(held > 0 ? wrap(`${plural(held, 'invariant')} held`, columns.all, '    ✓ ', 'good') : []),
    ...(nothing.length > 0
      ? wrap(`nothing to weigh: ${nothing.join(', ')}`, columns.all, '    · ', 'quiet')
      : []),
    ...(waived.length > 0 ? wrap(`waived: ${waived.join(', ')}`, columns.all, '    · ', 'quiet') : []),
  ]
}

function brokenLines(invariant: InvariantResult, columns: Columns): readonly Line[] {
  const shown = invariant.offenders.slice(0, offendersShown)
  const rest = Math.max(invariant.count, invariant.offenders.length) - shown.length
  return [
    ...wrap(`${named(invariant)} broken: ${invariant.title}`, columns.all, '    ✗ ', 'bad'),
    ...shown.flatMap((offender) => wrap(`${offender.id}: ${offender.what}`, columns.all, '        ')),
    ...(rest > 0 ? wrap(`… and ${rest} more`, columns.all, '        ', 'quiet') : []),
  ]
}

function healthLines({ health, units }: ScenarioVerdict, columns: Columns): readonly Line[] {
  if (units === 0) return wrap('generator not judged: no unit was measured', columns.all, '    · ', 'quiet')
  const word = healthWord(health)
  const because = health.reasons.length > 0 ? `: ${health.reasons.join('; ')}` : ''
  return wrap(`generator ${word.text}${because}`, columns.all, `    ${word.sign} `, word.tone)
}
