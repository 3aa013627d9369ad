import { markup, nothing, type Markup } from './markup.js'
import type { Row } from './rows.js'
import { spoken, type Tone } from './words.js'

/** A cell of a table; numbers stand to the right. A bare text is an ordinary cell. */
export type Cell = string | { readonly text: string; readonly kind: 'number' | 'word' | 'why' }

export interface TableRow {
  readonly cells: readonly Cell[]
  readonly tone?: Tone
}

const classes = { number: 'n', word: 'w', why: 'why' } as const

/** A table of inert text. Headings stand as their column's first row does. */
export function table(headings: readonly string[], rows: readonly TableRow[]): Markup {
  const first = rows[0]?.cells ?? []
  const heading = (text: string, index: number): Markup => markup`<th${kindOf(first[index])}>${text}</th>`
  return markup`<div class="scroll"><table><thead><tr>${headings.map(heading)}</tr></thead><tbody>${rows.map(row)}</tbody></table></div>`
}

export const number = (text: string): Cell => ({ text, kind: 'number' })

/** Metrics, budgets and mix in one table, with the reason of each in words; `alone`: without a column for a control. */
export function verdictTable(rows: readonly Row[], alone: boolean): Markup {
  return table(
    ['', ...(alone ? ['found', 'limit'] : ['control', 'candidate', 'change or limit']), 'verdict', 'why'],
    rows.map((one) => ({
      tone: one.word.tone,
      cells: [
        one.name,
        ...(alone ? [] : [number(one.control)]),
        number(one.candidate),
        number(one.against),
        { text: spoken(one.word), kind: 'word' },
        { text: one.why, kind: 'why' },
      ],
    })),
  )
}

const row = ({
  cells,
  tone,
}: TableRow): Markup => markup`<tr${tone === undefined ? nothing : markup` class="${tone}"`}>${cells.map(cell)}</tr>
`

const cell = (one: Cell): Markup => markup`<td${kindOf(one)}>${typeof one === 'string' ? one : one.text}</td>`

const kindOf = (one: Cell | undefined): Markup =>
  one === undefined || typeof one === 'string' ? nothing : markup` class="${classes[one.kind]}"`
