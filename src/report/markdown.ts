import type { ScenarioVerdict, Verdict } from '../model/verdict.js'
import { duration, plural } from './format.js'
import { worstInvariantsFirst, worstScenariosFirst } from './order.js'
import { errorSentences, isAlone, rowsOf, asSentence, whereItWent, type Row } from './rows.js'
import { headline, healthWord, invariantWord, legendOf, modeSentence, outcomeWord, spoken } from './words.js'

const offendersShown = 5

/** The verdict for a pull request's comment: GitHub's Markdown, the answer first. Names and ids are inert text. */
export function markdown(verdict: Verdict): string {
  const scenarios = worstScenariosFirst(verdict.scenarios).map(section)
  const legend = legendOf(scenarios.join('\n'))
  const parts = [
    `### ${inert(headline(verdict))}`,
    `${modeSentence[verdict.mode]} Took ${duration(verdict.elapsedSeconds * 1_000_000)}; exit ${verdict.exit}.`,
    ...(verdict.next === undefined ? [] : [`Next: ${code(verdict.next)}`]),
    ...scenarios,
    ...(legend === '' ? [] : [inert(`${legend}.`)]),
    `Again: ${code(verdict.repeat)}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function section(scenario: ScenarioVerdict): string {
  const alone = isAlone([scenario])
  const rows = rowsOf(scenario, alone)
  const units = `${plural(scenario.units, 'unit')}, ${plural(scenario.starts, 'start')}`
  const title = `#### ${inert(`${scenario.scenario} · ${scenario.profile} · ${spoken(outcomeWord(scenario.outcome))}`)}`
  const table = [
    ...(alone
      ? ['| | found | limit | verdict | why |', '|:--|--:|--:|:--|:--|']
      : ['| | control | candidate | change or limit | verdict | why |', '|:--|--:|--:|--:|:--|:--|']),
    ...rows.map((row) => tableRow(row, alone)),
  ]
  return [
    `${title}\n\n${inert(scenario.headline)} (${units})`,
    ...(rows.length > 0 ? [table.join('\n')] : []),
    bullets(scenario).join('\n'),
  ].join('\n\n')
}

const tableRow = (row: Row, alone: boolean): string => {
  const figures = [...(alone ? [] : [row.control]), row.candidate, row.against]
  return `| ${[row.name, ...figures, spoken(row.word), row.why].map(inert).join(' | ')} |`
}

function bullets(scenario: ScenarioVerdict): readonly string[] {
  const health = healthWord(scenario.health)
  const { plain = [], blame } = scenario
  return [
    ...(plain.length === 0 ? [] : [`- ${inert(`In plain words: ${plain.map(asSentence).join(' ')}`)}`]),
    ...(blame === undefined ? [] : [`- ${inert(`Where it went: ${whereItWent(blame)}`)}`]),
    ...worstInvariantsFirst(scenario.invariants).flatMap((one) => {
      const reason = one.status === 'not_checked' && one.reason !== undefined ? ` (${one.reason})` : ''
      const shown = one.offenders.slice(0, offendersShown)
      const rest = Math.max(one.count, one.offenders.length) - shown.length
      return [
        `- ${inert(`${spoken(invariantWord(one))}: ${one.id === one.name ? '' : `${one.id} `}${one.title}${reason}`)}`,
        ...shown.map((offender) => `  - ${inert(`${offender.id}: ${offender.what}`)}`),
        ...(rest > 0 ? [`  - … and ${rest} more`] : []),
      ]
    }),
    ...(scenario.waived.length > 0 ? [`- waived: ${inert(scenario.waived.join(', '))}`] : []),
    ...errorSentences(scenario.errors).map((sentence) => `- ! ${inert(sentence)}`),
    scenario.units === 0
      ? '- generator not judged: no unit was measured'
      : `- ${inert(`${health.sign} generator ${[health.text, ...scenario.health.reasons].join('; ')}`)}`,
    ...scenario.warnings.map((warning) => `- ! ${inert(warning)}`),
  ]
}

// Whatever Markdown, HTML or a mention could be made of; `@` so that no id notifies a person.
const inert = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200b')

function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((ticks) => ticks[0].length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return fence + pad + text.replace(/\p{Cc}+/gu, ' ') + pad + fence
}
