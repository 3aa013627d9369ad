import type { Verdict } from '../model/verdict.js'
import { duration, plural } from './format.js'
import { pageFile } from './input.js'
import { cut, paint, width, wrap, wrapCommand, type Line } from './layout.js'
import { nextParts } from './next.js'
import { worstScenariosFirst } from './order.js'
import { scenarioLines } from './terminal-scenario.js'
import { columnsFor, tableHead } from './terminal-table.js'
import { earlierSentence, headline, legendOf, modeSentence, outcomeWord, reasonWords } from './words.js'

/**
 * The last screen of a command that judged something: the answer in the first line, then the table, worst first, then
 * where the page is and how to repeat it. `columns` of the terminal are kept from 60 up (at most 120 are used), but for a path
 * that is longer itself: commands break where a shell goes on, so that they can be copied. Ends with a line feed.
 */
export function terminal(
  verdict: Verdict,
  options: { readonly columns: number; readonly colour: boolean },
): string {
  const columns = Math.min(120, Math.max(60, Math.floor(options.columns) || 80))
  const sizes = columnsFor(verdict.scenarios, columns)
  const page = verdict.folder !== undefined
  const lines: Line[] = [...wrap(headline(verdict), columns, '', outcomeWord(verdict.outcome).tone), []]
  if (verdict.scenarios.length > 0) lines.push(tableHead(sizes))
  for (const scenario of worstScenariosFirst(verdict.scenarios))
    lines.push(...scenarioLines(scenario, sizes, page), [])
  const legend = legendOf(
    lines
      .flat()
      .map(({ text }) => text)
      .join('\n'),
  )
  if (legend !== '') lines.push(...wrap(legend, columns, '  ', 'quiet'), [])
  return paint([...lines.map((line) => cut(line, columns)), ...closing(verdict, columns)], options.colour)
}

function closing(verdict: Verdict, columns: number): readonly Line[] {
  const count = plural(verdict.scenarios.length, 'scenario')
  const before = earlierSentence(verdict)
  const measured =
    verdict.mode === 'stored' ? `${count}.` : `${count} in ${duration(verdict.elapsedSeconds * 1_000_000)}.`
  return [
    ...wrap(`${modeSentence[verdict.mode]} ${measured}`, columns, '  ', 'quiet'),
    ...(before === undefined ? [] : wrap(before, columns, '  ! ', 'unsure')),
    ...(verdict.next === undefined ? [] : nextLines(verdict.next, columns)),
    ...(verdict.folder === undefined
      ? []
      : wrapCommand(`${verdict.folder.replace(/\/+$/, '')}/${pageFile}`, columns, '  Page:   ')),
    ...wrapCommand(verdict.repeat, columns, '  Again:  '),
    ...wrap(`${verdict.exit} (${reasonWords(verdict.reason)})`, columns, '  Exit:   '),
  ]
}

/** What would settle it: a command, with a remark in brackets; or a sentence. */
function nextLines(next: string, columns: number): readonly Line[] {
  const label = '  Next:   '
  const strong = (lines: readonly Line[]): readonly Line[] =>
    lines.map(([line]): Line => [
      { text: line?.text.slice(0, label.length) ?? '' },
      { text: line?.text.slice(label.length) ?? '', tone: 'strong' },
    ])
  const { command, remark } = nextParts(next)
  if (command === undefined || label.length + width(next) <= columns)
    return strong(wrap(next, columns, label))
  const lines = strong(wrapCommand(command, columns, label))
  return remark === undefined ? lines : [...lines, ...wrap(remark, columns, ' '.repeat(label.length))]
}
