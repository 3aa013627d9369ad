import type { InvariantResult } from '../model/artefact.js'
import type { MetricVerdict, ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { fit, left, right, wrap, type Line } from './layout.js'
import { worstMetricsFirst } from './order.js'
import { budgetRow, metricRow, mixRow, type Row } from './rows.js'
import { healthWord, outcomeWord, spoken } from './words.js'

/** Columns of the table, in characters. */
export interface Columns {
  readonly name: number
  readonly arm: number
  readonly against: number
  readonly verdict: number
  readonly all: number
}

/** Passing rows that are still shown one by one; more would push the bad news off the screen. */
const passingShown = 6
const diagnosticsShown = 12
const offendersShown = 5

/** Heading of the table; `terminal` prints it once. */
export function tableHead(columns: Columns): Line {
  const arms = [
    right('control', columns.arm),
    right('candidate', columns.arm),
    right('change, limit', columns.against),
  ]
  return [
    {
      text: `    ${left('', columns.name)}  ${arms[0]}  ${arms[1]}${arms[2]}  verdict`,
      tone: 'quiet',
    },
  ]
}

/** One scenario: its name and outcome, broken invariants, its rows with the worst first, then what no row can say. */
export function scenarioLines(scenario: ScenarioVerdict, columns: Columns, page: boolean): readonly Line[] {
  const word = outcomeWord(scenario.outcome)
  const title = `${scenario.scenario} · ${scenario.profile} · ${plural(scenario.units, 'unit')}, ${plural(scenario.starts, 'start')}`
  const heading: Line = [
    { text: `  ${fit(title, columns.all - 22)}  `, tone: 'strong' },
    { text: spoken(word), tone: word.tone },
  ]
  const broken = scenario.invariants.filter((invariant) => invariant.status === 'broken')
  return [
    heading,
    ...broken.flatMap((invariant) => brokenLines(invariant, columns)),
    ...tableRows(scenario, columns, page),
    ...invariantLines(scenario, columns),
    ...healthLines(scenario, columns),
    ...scenario.warnings.flatMap((warning) => wrap(warning, columns.all, '    ! ', 'unsure')),
  ]
}

function tableRows(scenario: ScenarioVerdict, columns: Columns, page: boolean): readonly Line[] {
  const troubled = new Set(scenario.metrics.filter(isTroubled).map((metric) => metric.step))
  const metrics = worstMetricsFirst(scenario.metrics)
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
  return [
    ...rows.filter((row) => row.word.tone !== 'good').flatMap((row) => rowLines(row, columns, true)),
    ...diagnostic.slice(0, diagnosticsShown).flatMap((row) => rowLines(row, columns, false)),
    ...passing.slice(0, passingShown).flatMap((row) => rowLines(row, columns, false)),
    ...(rest > 0 ? wrap(`… and ${rest} more that are fine${where}`, columns.all, '    ', 'quiet') : []),
    ...(unjudged > 0 ? wrap(`… and ${unjudged} more not judged${where}`, columns.all, '    ', 'quiet') : []),
  ]
}

const isTroubled = (metric: MetricVerdict): boolean => metric.role === 'gate' && metric.decision !== 'pass'

function rowLines(row: Row, columns: Columns, explained: boolean): readonly Line[] {
  const figures = [
    right(row.control, columns.arm),
    right(row.candidate, columns.arm),
    right(row.against, columns.against),
  ]
  const line: Line = [
    { text: `    ${left(fit(row.name, columns.name), columns.name)}  ${figures.join('  ')}  ` },
    { text: fit(spoken(row.word), columns.verdict), tone: row.word.tone },
  ]
  return explained ? [line, ...wrap(row.why, columns.all, '      ↳ ', 'quiet')] : [line]
}

function invariantLines(scenario: ScenarioVerdict, columns: Columns): readonly Line[] {
  const { invariants, waived } = scenario
  const unchecked = invariants.filter((invariant) => invariant.status === 'not_checked')
  // An invariant is checked once a start; it held when it did on every one.
  const failed = new Set(invariants.filter((one) => one.status !== 'held').map((one) => one.name))
  const held = new Set(invariants.map((one) => one.name)).size - failed.size
  return [
    ...unchecked.flatMap((one) =>
      wrap(
        `${one.id} ${one.name} not checked: ${one.reason ?? 'no reason given'}`,
        columns.all,
        '    ? ',
        'unsure',
      ),
    ),
    ...(held > 0 ? wrap(`${plural(held, 'invariant')} held`, columns.all, '    ✓ ', 'good') : []),
    ...(waived.length > 0 ? wrap(`waived: ${waived.join(', ')}`, columns.all, '    · ', 'quiet') : []),
  ]
}

function brokenLines(invariant: InvariantResult, columns: Columns): readonly Line[] {
  const shown = invariant.offenders.slice(0, offendersShown)
  const rest = Math.max(invariant.count, invariant.offenders.length) - shown.length
  return [
    ...wrap(`${invariant.id} ${invariant.name} broken: ${invariant.title}`, columns.all, '    ✗ ', 'bad'),
    ...shown.flatMap((offender) => wrap(`${offender.id}: ${offender.what}`, columns.all, '        ')),
    ...(rest > 0 ? wrap(`… and ${rest} more`, columns.all, '        ', 'quiet') : []),
  ]
}

function healthLines({ health }: ScenarioVerdict, columns: Columns): readonly Line[] {
  const word = healthWord(health)
  const because = health.reasons.length > 0 ? `: ${health.reasons.join('; ')}` : ''
  return wrap(`generator ${word.text}${because}`, columns.all, `    ${word.sign} `, word.tone)
}
