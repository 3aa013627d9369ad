import { holds, type Goal, type Row } from './bench.js'

export const number = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(3)))

export const goalOf = (goal: Goal): string =>
  'atMost' in goal ? `≤ ${number(goal.atMost)}` : `≥ ${number(goal.atLeast)}`

const verdict = (row: Row): string => {
  const held = holds(row)
  return held === undefined ? '' : held ? 'holds' : 'MISSED'
}

const cellsOf = (row: Row): readonly string[] => [
  row.id,
  row.what,
  `${number(row.ours)} ${row.unit}`,
  row.peer === undefined ? '' : `${number(row.peer.value)} (${row.peer.name})`,
  row.ratio === undefined ? '' : number(row.ratio),
  row.spread === undefined ? '' : `${number(row.spread[0])}–${number(row.spread[1])}`,
  row.goal === undefined ? '' : goalOf(row.goal),
  verdict(row),
]

const heads = ['id', 'what', 'ours', 'peer', 'ratio', 'spread', 'goal', '']

/** A Markdown table, which a terminal can read as well. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length), 3))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** The table of some rows, with the notes below it. */
export function tableOf(rows: readonly Row[]): string {
  const notes = rows.flatMap(({ id, note }) => (note === undefined ? [] : [`- ${id}: ${note}`]))
  return [markdown(heads, rows.map(cellsOf)), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}
