import { Branch, List, type Components, type Part, type Place } from './nodes.js'
import type { IdPattern } from './statics.js'
import { escape } from './tags.js'

/** The id that a template writes, or undefined when a node is part of it. */
const written = (pattern: IdPattern, parts: readonly Part[], from: number): string | undefined => {
  let text = pattern.literals[0] ?? ''
  for (let index = 1; index < pattern.literals.length; index += 1) {
    const part = parts[from + pattern.first + index - 1]
    if (typeof part !== 'string') return undefined
    text += part + (pattern.literals[index] ?? '')
  }
  return text
}

/**
 * Where in a tree the element with an id is written: the template or row that holds its tag. Compares ids with the places where
 * templates write them, and renders only what may be it. Quoted ids, as Phoenix writes them.
 */
export class Locator {
  private readonly id: string
  private readonly quoted: string
  private readonly quotedOnce: string

  /** `isIt` says whether the tag really is in what the place renders: what looks like an id may be text. */
  constructor(
    id: string,
    private readonly components: Components,
    private readonly isIt: (place: Place) => boolean,
  ) {
    this.id = escape(id)
    this.quoted = `id="${this.id}"`
    this.quotedOnce = `id='${this.id}'`
  }

  /** The first in `place` and all that lies in it. */
  within({ node, row, cid }: Place): Place | undefined {
    if (node instanceof Branch) return this.branch(node, cid)
    if (row < 0) return this.list(node, cid)
    return this.row(node, row, cid) ?? this.inner(node.cells, row * node.width, (row + 1) * node.width, cid)
  }

  /** As `within`, but not in nodes that lie in it. */
  own({ node, row, cid }: Place): Place | undefined {
    if (node instanceof List) return this.row(node, Math.max(0, row), cid)
    if (!this.mayWrite(node, node.parts, 0)) return undefined
    const place = { node, row: -1, cid }
    return this.isIt(place) ? place : undefined
  }

  private row(node: List, row: number, cid: number | undefined): Place | undefined {
    if (!this.mayWrite(node, node.cells, row * node.width)) return undefined
    const place = { node, row, cid }
    return this.isIt(place) ? place : undefined
  }

  private branch(node: Branch, cid: number | undefined): Place | undefined {
    return this.own({ node, row: -1, cid }) ?? this.inner(node.parts, 0, node.parts.length, cid)
  }

  private mayWrite({ statics }: Branch | List, parts: readonly Part[], from: number): boolean {
    for (const pattern of statics.idPatterns) {
      const text = written(pattern, parts, from)
      if (text === undefined || text === this.id) return true
    }
    for (let at = from; at < from + statics.width; at += 1) if (this.hasTag(parts[at])) return true
    return false
  }

  /** A dynamic may be markup, or a whole attribute. */
  private hasTag(part: Part | undefined): boolean {
    if (typeof part !== 'string' || part.length < this.quoted.length) return false
    return part.includes(this.quoted) || part.includes(this.quotedOnce)
  }

  private list(node: List, cid: number | undefined): Place | undefined {
    for (const pattern of node.statics.idPatterns) {
      for (let row = this.rowOf(node, pattern, 0); row >= 0; row = this.rowOf(node, pattern, row + 1)) {
        const place = { node, row, cid }
        if (this.isIt(place)) return place
      }
    }
    return this.inner(node.cells, 0, node.cells.length, cid, node)
  }

  /** First row at or behind `from` whose id it is by this pattern, or −1. */
  private rowOf({ cells, width, count }: List, pattern: IdPattern, from: number): number {
    const [before = '', after = ''] = pattern.literals
    if (pattern.literals.length !== 2) {
      for (let row = from; row < count; row += 1) {
        const text = written(pattern, cells, row * width)
        if (text === undefined || text === this.id) return row
      }
      return -1
    }
    // The usual row, an id around one dynamic, takes a look at one cell.
    const middle = this.id.length - before.length - after.length
    if (middle < 0 || !this.id.startsWith(before) || !this.id.endsWith(after)) return -1
    const wanted = this.id.slice(before.length, before.length + middle)
    for (let row = from, at = from * width + pattern.first; row < count; row += 1, at += width) {
      const cell = cells[at]
      if (cell === wanted || typeof cell !== 'string') return row
    }
    return -1
  }

  /** In the nodes among some parts; with `list` also in the text of its rows. */
  private inner(
    parts: readonly Part[],
    from: number,
    to: number,
    cid: number | undefined,
    list?: List,
  ): Place | undefined {
    for (let at = from; at < to; at += 1) {
      const part = parts[at]
      let found: Place | undefined
      if (typeof part === 'string') {
        if (list !== undefined && this.hasTag(part)) found = this.row(list, Math.floor(at / list.width), cid)
      } else if (part instanceof Branch) {
        found = this.branch(part, cid)
      } else if (part instanceof List) {
        found = this.list(part, cid)
      } else if (part !== undefined) {
        const component = this.components.get(part)
        if (component !== undefined) found = this.branch(component, part)
      }
      if (found !== undefined) return found
    }
    return undefined
  }
}
