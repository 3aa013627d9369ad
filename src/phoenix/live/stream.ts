import type { Json } from '../../model/scenario.js'
import { isList } from './json-list.js'
import { BrokenDiff, type List, type Part } from './nodes.js'

interface Insert {
  readonly id: string
  /** Where it is to stand; −1 is the end. */
  readonly at: number
  /** How many rows stay, counted from the start, or from the end when it is negative. */
  readonly limit: number | undefined
  readonly updateOnly: boolean
}

interface Row {
  readonly id: string
  cells: readonly Part[]
}

const insertOf = (json: Json): Insert => {
  if (isList(json)) {
    const [id, at, limit, updateOnly] = json
    if (typeof id === 'string' && typeof at === 'number')
      return { id, at, limit: typeof limit === 'number' ? limit : undefined, updateOnly: updateOnly === true }
  }
  throw new BrokenDiff(`An insert of a stream is ${JSON.stringify(json)}.`)
}

/** Rows of a stream while one message is applied. */
class Rows {
  readonly inOrder: Row[] = []
  private readonly byId = new Map<string, Row>()
  private readonly known: ReadonlySet<string>

  constructor(list: List, isKept: (id: string) => boolean) {
    this.known = new Set(list.ids)
    list.ids?.forEach((id, index) => {
      if (isKept(id)) this.add({ id, cells: list.row(index) }, this.inOrder.length)
    })
  }

  put({ id, at, limit, updateOnly }: Insert, cells: readonly Part[]): void {
    const stands = this.byId.get(id)
    if (stands !== undefined) {
      stands.cells = cells
    } else if (!updateOnly || this.known.has(id)) {
      this.add({ id, cells }, at < 0 ? this.inOrder.length : at)
      if (limit !== undefined) this.cut(limit)
    }
  }

  private add(row: Row, at: number): void {
    this.inOrder.splice(at, 0, row)
    this.byId.set(row.id, row)
  }

  private cut(limit: number): void {
    const surplus = Math.max(0, this.inOrder.length - Math.abs(limit))
    const cut = this.inOrder.splice(limit < 0 ? 0 : limit, surplus)
    for (const { id } of cut) this.byId.delete(id)
  }
}

/**
 * Applies `stream` = `[ref, inserts, deletes, reset?]`. The server sends a row once and forgets it, and the browser keeps it in its
 * page; here the list keeps it. A row that is there is updated where it stands; after a reset, or deleted in the same
 * message, it is placed anew. Source: phoenix-wire §4, and dom_patch of phoenix_live_view.
 */
export function applyStream(list: List, cells: readonly (readonly Part[])[], stream: Json): void {
  const [, inserts, deletes, reset] = isList(stream) ? stream : []
  if (!isList(inserts) || !isList(deletes))
    throw new BrokenDiff(`A stream is ${JSON.stringify(stream).slice(0, 60)}.`)
  if (inserts.length !== cells.length)
    throw new BrokenDiff(`A stream has ${cells.length} rows for ${inserts.length} inserts.`)
  const gone = new Set(deletes)
  const rows = new Rows(list, (id) => reset === undefined && !gone.has(id))
  inserts.forEach((insert, index) => rows.put(insertOf(insert), cells[index] ?? []))
  list.ids = rows.inOrder.map(({ id }) => id)
  list.cells = rows.inOrder.flatMap((row) => row.cells)
  list.count = rows.inOrder.length
}
