import type { ScenarioVerdict } from '../model/verdict.js'
import { fit, left, right, width, wrap, type Line } from './layout.js'
import { isAlone, rowsOf, type Row } from './rows.js'
import { spoken } from './words.js'

/** Widths of the table's columns in characters, from what stands in them; without a control its column is left out. */
export interface Columns {
  readonly alone: boolean
  readonly name: number
  readonly control: number
  readonly candidate: number
  readonly against: number
  readonly verdict: number
  readonly all: number
}

const indent = '    '
const gap = '  '

const headings = (alone: boolean): Pick<Row, 'control' | 'candidate' | 'against'> =>
  alone
    ? { control: '', candidate: 'found', against: 'limit' }
    : { control: 'control', candidate: 'candidate', against: 'change or limit' }

/** One table for all scenarios, within `all` columns of a terminal; names get what the figures leave. */
export function columnsFor(scenarios: readonly ScenarioVerdict[], all: number): Columns {
  const alone = isAlone(scenarios)
  const rows = scenarios.flatMap((scenario) => rowsOf(scenario, alone))
  const head = headings(alone)
  const widest = (of: (row: Row) => string, heading = ''): number =>
    Math.max(width(heading), ...rows.map((row) => width(of(row))))
  const verdict = widest((row) => spoken(row.word), 'verdict')
  const [control = 0, candidate = 0, against = 0] = shrunk(
    [
      alone ? 0 : widest((row) => row.control, head.control),
      widest((row) => row.candidate, head.candidate),
      widest((row) => row.against, head.against),
    ],
    all - indent.length - verdict - (alone ? 3 : 4) * gap.length,
  )
  const taken = [control, candidate, against, verdict].filter((size) => size > 0)
  const room = all - indent.length - taken.reduce((sum, size) => sum + size + gap.length, 0)
  const name = Math.min(
    widest((row) => row.name),
    Math.max(0, room),
  )
  return { alone, name, control, candidate, against, verdict, all }
}

/** Widths that are together no more than `room`: the widest gives way. Only figures beyond all reason are that wide. */
function shrunk(widths: readonly number[], room: number): readonly number[] {
  const over = widths.reduce((sum, size) => sum + size, 0) - room
  if (over <= 0) return widths
  const most = Math.max(...widths)
  return shrunk(widths.with(widths.indexOf(most), Math.max(1, most - 1)), most > 1 ? room : Infinity)
}

const figuresOf = (columns: Columns, row: Pick<Row, 'control' | 'candidate' | 'against'>): string => {
  const figure = (text: string, size: number): string => right(fit(text, size), size)
  return [
    ...(columns.alone ? [] : [figure(row.control, columns.control)]),
    figure(row.candidate, columns.candidate),
    figure(row.against, columns.against),
  ].join(gap)
}

/** Heading of the table; `terminal` prints it once. */
export function tableHead(columns: Columns): Line {
  const figures = figuresOf(columns, headings(columns.alone))
  return [{ text: `${indent}${left('', columns.name)}${gap}${figures}${gap}verdict`, tone: 'quiet' }]
}

/** A row of the table, with its reason below it when `explained`. A name that is too long for its column has a line of its own. */
export function rowLines(row: Row, columns: Columns, explained: boolean): readonly Line[] {
  const long = width(row.name) > columns.name
  const line: Line = [
    { text: `${indent}${left(long ? '' : row.name, columns.name)}${gap}${figuresOf(columns, row)}${gap}` },
    { text: spoken(row.word), tone: row.word.tone },
  ]
  return [
    ...(long ? wrap(row.name, columns.all, indent) : []),
    line,
    ...(explained && row.why !== '' ? wrap(row.why, columns.all, '      ↳ ', 'quiet') : []),
  ]
}
