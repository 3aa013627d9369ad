import type { ScenarioVerdict, Verdict } from '../model/verdict.js'
import { worstScenariosFirst } from './order.js'
import { plain, shorten } from './plain.js'
import { errorSentences, isAlone, rowsOf } from './rows.js'
import { headline, outcomeWord, spoken } from './words.js'

/** Where a scenario is written: a path from the repository's root, and the line, from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
}

/**
 * GitHub shows ten errors and ten warnings of a step; the last error is the runner's own, about the exit code.
 * Source: actions/toolkit, docs/problem-matchers.md, "Limitations".
 */
const errorsShown = 9
const warningsShown = 10
const rowsShown = 10

/** Source: docs.github.com, "Workflow commands for GitHub Actions", and the runner's ActionCommand.cs for what is escaped. */
function command(
  level: 'error' | 'warning' | 'notice',
  message: string,
  properties: Readonly<Record<string, string | number | undefined>>,
): string {
  const data = (text: string): string =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const pairs = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${property(shorten(plain(String(value)), 200))}`)
  const lines = message.split('\n').map((line) => shorten(plain(line), 1_000))
  return `::${level} ${pairs.join(',')}::${data(lines.join('\n'))}`
}

/**
 * The verdict as annotations, one workflow command a line: each scenario that does not pass as an error at its file, with the rows that
 * say why; each warning as a warning; a pass as a notice. `places` by the scenarios' names, as far as they are known.
 */
export function annotations(
  verdict: Verdict,
  places: Readonly<Record<string, Place>> = {},
): readonly string[] {
  const scenarios = worstScenariosFirst(verdict.scenarios)
  const open = scenarios.filter(({ exit }) => exit !== 0)
  const word = spoken(outcomeWord(verdict.outcome))
  const again = `Again: ${verdict.repeat}`
  if (open.length === 0) {
    const level = verdict.exit === 0 ? 'notice' : 'error'
    return [
      command(level, `${headline(verdict)}\n${again}`, { title: `vge-perf: ${word}` }),
      ...warnings(scenarios),
    ]
  }
  const shown = open.length > errorsShown ? open.slice(0, errorsShown - 1) : open
  const rest = open.slice(shown.length)
  return [
    ...shown.map((one, index) => {
      const lines = [one.headline, ...because(one), ...(index === 0 ? [nextOf(verdict), again].flat() : [])]
      return command('error', lines.join('\n'), {
        title: `${one.scenario} · ${one.profile} · ${spoken(outcomeWord(one.outcome))}`,
        ...places[one.scenario],
      })
    }),
    ...(rest.length === 0
      ? []
      : [
          command('error', rest.map(({ scenario, headline: why }) => `${scenario}: ${why}`).join('\n'), {
            title: `vge-perf: ${rest.length} more scenarios do not pass`,
          }),
        ]),
    ...warnings(scenarios),
  ]
}

const nextOf = ({ next }: Verdict): readonly string[] => (next === undefined ? [] : [`Next: ${next}`])

/** The rows that are bad or unsure, broken invariants with an offender, and errors. */
function because(scenario: ScenarioVerdict): readonly string[] {
  const alone = isAlone([scenario])
  const rows = rowsOf(scenario, alone).filter(({ word }) => word.tone === 'bad' || word.tone === 'unsure')
  const shown = rows.slice(0, rowsShown).map((row) => {
    const figures = [...(alone ? [] : [row.control]), row.candidate, row.against].join(' · ')
    return `${spoken(row.word)}  ${row.name}: ${figures} (${row.why})`
  })
  const broken = scenario.invariants.flatMap((one) =>
    one.status === 'broken'
      ? [
          `✗ broken  ${one.name}: ${one.title}${one.offenders[0] === undefined ? '' : ` (${one.offenders[0].id}: ${one.offenders[0].what})`}`,
        ]
      : [],
  )
  return [
    ...broken.slice(0, rowsShown),
    ...shown,
    ...(rows.length > rowsShown ? [`… and ${rows.length - rowsShown} more`] : []),
    ...errorSentences(scenario.errors),
  ]
}

function warnings(scenarios: readonly ScenarioVerdict[]): readonly string[] {
  const all = scenarios.flatMap(({ scenario, health, warnings: said }) => [
    ...(health.state === 'degraded' ? health.reasons.map((reason) => ({ scenario, text: reason })) : []),
    ...said.map((text) => ({ scenario, text })),
  ])
  const shown = all.length > warningsShown ? all.slice(0, warningsShown - 1) : all
  const rest = all.length - shown.length
  return [
    ...shown.map(({ scenario, text }) => command('warning', text, { title: scenario })),
    ...(rest === 0 ? [] : [command('warning', `… and ${rest} more, in the report`, { title: 'vge-perf' })]),
  ]
}

/** What went wrong before there was a verdict, as an annotation. */
export const errorAnnotation = (message: string, reason: string): string =>
  command('error', message, { title: `vge-perf: ${reason.replaceAll('_', ' ')}` })

/** A thing worth saying that changes no verdict, as an annotation. */
export const warningAnnotation = (message: string): string =>
  command('warning', message, { title: 'vge-perf' })

/**
 * Outputs of a step in the form with a delimiter, which no value can leave as long as it is drawn anew. Ends with a line feed.
 * Source: docs.github.com, "Workflow commands for GitHub Actions", "Multiline strings".
 */
export function stepOutputs(values: Readonly<Record<string, string>>, delimiter: string): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}<<${delimiter}\n${plain(value)}\n${delimiter}\n`)
    .join('')
}
