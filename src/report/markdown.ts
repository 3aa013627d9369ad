import type { ScenarioVerdict, Verdict } from '../model/verdict.js'
import { duration, plural } from './format.js'
import { pageFile } from './input.js'
import { scenarioSection } from './markdown-scenario.js'
import { code, inert } from './markdown-text.js'
import { nextParts } from './next.js'
import { worstScenariosFirst } from './order.js'
import { earlierSentence, headline, legendOf, modeSentence } from './words.js'

/** A comment on GitHub may have 65,536 characters; there has to be room for what a pipeline writes around it. Bytes. */
const most = 60_000
/** How much of a scenario is told: rows, and lines of each other kind, where it does not pass and where it does. */
interface Detail {
  readonly open: number
  readonly fine: number
}

/** Tried one after the other, until all of it fits: what passes gives way first. */
const details: readonly Detail[] = [
  { open: Infinity, fine: Infinity },
  { open: Infinity, fine: 5 },
  ...[Infinity, 20, 10, 5, 2, 0].map((open) => ({ open, fine: 0 })),
]
const sentences: Detail = { open: 0, fine: 0 }

const bytes = (text: string): number => Buffer.byteLength(text)

/**
 * The verdict for a pull request's comment: GitHub's Markdown of at most 60,000 bytes, the answer first, then each scenario, worst first.
 * What is cut for that is said. Names and ids are inert text.
 */
export function markdown(verdict: Verdict): string {
  const all = worstScenariosFirst(verdict.scenarios)
  for (const detail of details) {
    const text = written(verdict, all, detail)
    if (bytes(text) <= most) return text
  }
  let shown = all.length
  let text = ''
  do {
    shown = Math.floor(shown * 0.8)
    text = written(verdict, all.slice(0, shown), sentences)
  } while (bytes(text) > most && shown > 0)
  return text
}

function written(verdict: Verdict, shown: readonly ScenarioVerdict[], detail: Detail): string {
  const sections = shown.map((one) => scenarioSection(one, one.exit === 0 ? detail.fine : detail.open))
  const legend = legendOf(sections.join('\n'))
  const before = earlierSentence(verdict)
  const parts = [
    `### ${inert(headline(verdict), 600)}`,
    `${modeSentence[verdict.mode]} Took ${duration(verdict.elapsedSeconds * 1_000_000)}; exit ${verdict.exit}.`,
    ...(before === undefined ? [] : [inert(before)]),
    ...(verdict.next === undefined ? [] : [nextLine(verdict.next)]),
    ...shortened(verdict, shown.length, detail),
    ...sections,
    ...(legend === '' ? [] : [inert(`${legend}.`)]),
    `Again: ${code(verdict.repeat)}`,
  ]
  return `${parts.join('\n\n')}\n`
}

const atMost = (rows: number): string =>
  rows === 0 ? 'a sentence each' : `at most ${plural(rows, 'row')} each`

/** What was cut, and where all of it is. */
function shortened({ scenarios, folder }: Verdict, shown: number, { open, fine }: Detail): readonly string[] {
  const missing = scenarios.length - shown
  const cut = [
    ...(open === Infinity ? [] : [`${atMost(open)} where it does not pass`]),
    ...(fine === Infinity ? [] : [`${atMost(fine)} where it does`]),
    ...(missing === 0 ? [] : [`${missing} of ${plural(scenarios.length, 'scenario')} left out`]),
  ]
  if (cut.length === 0) return []
  const page = folder === undefined ? '' : ` All of it: ${code(`${folder.replace(/\/+$/, '')}/${pageFile}`)}`
  return [`Shortened to fit a comment, the worst first: ${cut.join(', ')}.${page}`]
}

function nextLine(next: string): string {
  const { command, remark } = nextParts(next)
  if (command === undefined) return `Next: ${inert(next, 1_000)}`
  return `Next: ${code(command)}${remark === undefined ? '' : ` ${inert(remark, 1_000)}`}`
}
