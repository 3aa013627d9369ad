import type { ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { inert } from './markdown-text.js'
import { worstInvariantsFirst } from './order.js'
import {
  errorSentences,
  foldStarts,
  isAlone,
  lookedAt,
  rowsOf,
  asSentence,
  whereItWent,
  type Row,
} from './rows.js'
import { healthWord, invariantWord, notJudged, outcomeWord, spoken } from './words.js'

const offendersShown = 5
/** More rows of what nobody judges are folded away. */
const unjudgedShown = 3

/** One scenario as Markdown, with at most so many rows and as many lines of each other kind; without any its sentence alone. */
export function scenarioSection(scenario: ScenarioVerdict, most: number): string {
  const alone = isAlone([scenario])
  const units = `${plural(scenario.units, 'unit')}, ${plural(scenario.starts, 'start')}`
  const title = `#### ${inert(`${scenario.scenario} · ${scenario.profile} · ${spoken(outcomeWord(scenario.outcome))}`, 160)}`
  const head = `${inert(scenario.headline, most === 0 ? 200 : 600)} (${units})`
  if (most === 0) return `${title}\n\n${head}`
  const rows = rowsOf(scenario, alone)
  const shown = rows.slice(0, most)
  const unjudged = shown.filter(isUnjudged)
  const folded = unjudged.length > unjudgedShown ? unjudged : []
  const open = shown.filter((row) => !folded.includes(row))
  return [
    `${title}\n\n${head}`,
    ...(open.length > 0 ? [table(open, alone)] : []),
    ...(folded.length > 0
      ? [
          `<details><summary>${folded.length} rows that are not judged</summary>`,
          table(folded, alone),
          '</details>',
        ]
      : []),
    ...(rows.length > shown.length ? [`… and ${more(rows.slice(most))}`] : []),
    bullets(scenario, most).join('\n'),
  ].join('\n\n')
}

const isUnjudged = ({ word }: Row): boolean => word === notJudged

const table = (rows: readonly Row[], alone: boolean): string =>
  [
    ...(alone
      ? ['| | found | limit | verdict | why |', '|:--|--:|--:|:--|:--|']
      : ['| | control | candidate | change or limit | verdict | why |', '|:--|--:|--:|--:|:--|:--|']),
    ...rows.map((row) => tableRow(row, alone)),
  ].join('\n')

const tableRow = (row: Row, alone: boolean): string => {
  const figures = [...(alone ? [] : [row.control]), row.candidate, row.against]
  return `| ${[row.name, ...figures, spoken(row.word), row.why].map((cell) => inert(cell)).join(' | ')} |`
}

/** `37 more rows: 30 ✓ pass, 7 · not judged`. */
function more(rows: readonly Row[]): string {
  const counts = new Map<string, number>()
  for (const { word } of rows) counts.set(spoken(word), (counts.get(spoken(word)) ?? 0) + 1)
  const kinds = [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
  return `${rows.length} more ${rows.length === 1 ? 'row' : 'rows'}: ${kinds}`
}

/** The first lines of a kind, and how many there are besides. */
const first = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `- … and ${lines.length - most} more`]

function bullets(scenario: ScenarioVerdict, most: number): readonly string[] {
  const health = healthWord(scenario.health)
  const { plain = [], blame } = scenario
  const invariants = worstInvariantsFirst(foldStarts(scenario.invariants)).map((one) => {
    const note = one.status === 'not_checked' ? (one.reason ?? '') : lookedAt(one)
    const reason = note === '' ? '' : ` (${note})`
    const shown = one.offenders.slice(0, offendersShown)
    const rest = Math.max(one.count, one.offenders.length) - shown.length
    return [
      `- ${inert(`${spoken(invariantWord(one))}: ${one.id === one.name ? '' : `${one.id} `}${one.title}${reason}`)}`,
      ...shown.map((offender) => `  - ${inert(`${offender.id}: ${offender.what}`)}`),
      ...(rest > 0 ? [`  - … and ${rest} more`] : []),
    ].join('\n')
  })
  return [
    ...(plain.length === 0
      ? []
      : [`- ${inert(`In plain words: ${plain.map(asSentence).join(' ')}`, 1_000)}`]),
    ...(blame === undefined ? [] : [`- ${inert(`Where it went: ${whereItWent(blame)}`, 1_000)}`]),
    ...first(invariants, most),
    ...(scenario.waived.length > 0 ? [`- waived: ${inert(scenario.waived.join(', '), 1_000)}`] : []),
    ...errorSentences(scenario.errors).map((line) => `- ! ${inert(line, 500)}`),
    scenario.units === 0
      ? '- generator not judged: no unit was measured'
      : `- ${inert(`${health.sign} generator ${[health.text, ...scenario.health.reasons].join('; ')}`, 1_000)}`,
    ...first(
      scenario.warnings.map((warning) => `- ! ${inert(warning, 500)}`),
      most,
    ),
  ]
}
