import { markup, nothing, type Markup } from './markup.js'
import type { Row } from './rows.js'
import { spoken, type Tone } from './words.js'

/** A cell of a table; numbers stand to the right. A bare text is an ordinary cell. */
export type Cell = string | { readonly text: string; readonly kind: 'number' | 'word' | 'why' | 'code' }

export interface TableRow {
  readonly cells: readonly Cell[]
  readonly tone?: Tone
}

const classes = { number: 'n', word: 'w', why: 'why', code: 'c' } as const

/**
 * A table of inert text, whose first cells name their rows. Headings stand as their column's first row does. `caption` says what it is of to
 * those who do not see where it stands.
 */
export function table(headings: readonly string[], rows: readonly TableRow[], caption?: string): Markup {
  const first = rows[0]?.cells ?? []
  const heading = (text: string, index: number): Markup =>
    text === '' ? markup`<td></td>` : markup`<th scope="col"${kindOf(first[index])}>${text}</th>`
  const title = caption === undefined ? nothing : markup`<caption>${caption}</caption>`
  return markup`<div class="scroll"><table>${title}<thead><tr>${headings.map(heading)}</tr></thead><tbody>${rows.map(row)}</tbody></table></div>`
}

export const number = (text: string): Cell => ({ text, kind: 'number' })

/** Metrics, budgets and mix in one table, with the reason of each in words; `alone`: without a column for a control. */
export function verdictTable(rows: readonly Row[], alone: boolean, caption: string): Markup {
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
    caption,
  )
}

const row = ({
  cells,
  tone,
}: TableRow): Markup => markup`<tr${tone === undefined ? nothing : markup` class="${tone}"`}>${cells.map(cell)}</tr>
`

function cell(one: Cell, index: number): Markup {
  const text = typeof one === 'string' ? one : one.text
  if (index === 0) return markup`<th scope="row"${kindOf(one)}>${text}</th>`
  if (typeof one === 'object' && one.kind === 'code') return markup`<td><code>${text}</code></td>`
  return markup`<td${kindOf(one)}>${text}</td>`
}

const kindOf = (one: Cell | undefined): Markup =>
  one === undefined || typeof one === 'string' ? nothing : markup` class="${classes[one.kind]}"`
