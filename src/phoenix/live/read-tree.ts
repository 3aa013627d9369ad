import type { Json, JsonObject } from '../../model/scenario.js'
import { isObject } from '../json.js'
import { isList } from './json-list.js'
import { Branch, BrokenDiff, List, type Part } from './nodes.js'
import { statics, type Statics } from './statics.js'
import { applyStream } from './stream.js'

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')

/** Templates in whose reach a node stands: `p` of the message. */
export type Templates = JsonObject | undefined

export const templatesOf = (json: JsonObject): Templates => (isObject(json.p) ? json.p : undefined)

/** Reads nodes out of one message. Source: phoenix-wire §4, "Tree and diff keys". */
export class TreeReader {
  /** Components that were referred to; all of them must be there in the end. */
  readonly mentioned = new Set<number>()
  private readonly seen = new Map<unknown, Statics>()

  /** A dynamic that replaces what was there. Throws `BrokenDiff`. */
  part(json: Json | undefined, templates: Templates): Part {
    if (typeof json === 'string') return json
    if (typeof json === 'number') {
      this.mentioned.add(json)
      return json
    }
    if (isObject(json)) return this.node(json, templates)
    throw new BrokenDiff(`A dynamic is ${short(json)}, neither text, nor component, nor node.`)
  }

  branch(json: JsonObject, templates: Templates): Branch {
    const node = this.node(json, templates)
    if (node instanceof Branch) return node
    throw new BrokenDiff('A comprehension stands where a template must.')
  }

  /** Dynamics of a whole row, by index. */
  row(json: JsonObject | readonly Json[], width: number, templates: Templates): Part[] {
    const parts: Part[] = []
    for (let index = 0; index < width; index += 1) {
      const value = isObject(json) ? json[String(index)] : json[index]
      if (value === undefined) throw new BrokenDiff(`Dynamic ${index} of ${width} is missing.`)
      parts.push(this.part(value, templates))
    }
    return parts
  }

  /** All rows of a comprehension, `d` or `k`. */
  rows(json: JsonObject, width: number, templates: Templates): Part[][] {
    const { d, k } = json
    if (isObject(k)) return this.keyedRows(k, width, templates)
    if (!isList(d)) throw new BrokenDiff('A comprehension has neither "k" nor "d".')
    return d.map((row) => {
      if (isList(row)) return this.row(row, width, templates)
      throw new BrokenDiff(`A row of a comprehension is ${short(row)}.`)
    })
  }

  private keyedRows(keyed: JsonObject, width: number, templates: Templates): Part[][] {
    const rows: Part[][] = []
    for (let index = 0; index < countOf(keyed); index += 1) {
      const entry = keyed[String(index)]
      if (!isObject(entry)) throw new BrokenDiff(`Row ${index} of a new comprehension is ${short(entry)}.`)
      rows.push(this.row(entry, width, templates))
    }
    return rows
  }

  private node(json: JsonObject, outer: Templates): Branch | List {
    const own = templatesOf(json)
    if (json.k === undefined && json.d === undefined) {
      const templates = own ?? outer
      const pieces = this.statics(json.s, templates)
      return new Branch(pieces, this.row(json, pieces.width, templates))
    }
    const templates = outer ?? own
    const list = new List(this.statics(json.s, templates))
    const rows = this.rows(json, list.width, templates)
    if (json.stream === undefined) fill(list, rows)
    else applyStream(list, rows, json.stream)
    return list
  }

  private statics(json: Json | undefined, templates: Templates): Statics {
    const pieces = typeof json === 'number' ? templates?.[String(json)] : json
    const known = this.seen.get(pieces)
    if (known !== undefined) return known
    if (!isStrings(pieces)) {
      throw new BrokenDiff(json === undefined ? 'A new node has no statics.' : `Statics are ${short(json)}.`)
    }
    const found = statics(pieces)
    this.seen.set(pieces, found)
    return found
  }
}

/** `kc`: how many rows a keyed comprehension has afterwards. */
export function countOf(keyed: JsonObject): number {
  const { kc } = keyed
  if (typeof kc === 'number' && Number.isInteger(kc) && kc >= 0) return kc
  throw new BrokenDiff(`A keyed comprehension has a count of ${short(kc)}.`)
}

/** Puts rows in place of all that the list had. */
export function fill(list: List, rows: readonly (readonly Part[])[]): void {
  list.cells = rows.flat()
  list.count = rows.length
}
