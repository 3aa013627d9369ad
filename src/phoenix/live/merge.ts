import type { Json, JsonObject } from '../../model/scenario.js'
import { isObject } from '../json.js'
import { isList } from './json-list.js'
import {
  Branch,
  BrokenDiff,
  clonePart,
  cloneBranch,
  List,
  type Components,
  type Part,
  type Touched,
} from './nodes.js'
import { countOf, fill, templatesOf, TreeReader, type Templates } from './read-tree.js'
import { applyStream } from './stream.js'

/** Beyond this many changes a message touched so much that one looks at the whole; no more of them are kept. */
export const manyTouched = 64

const isIndex = (key: string): boolean => /^\d+$/.test(key)

/**
 * Merges one message into a tree, as the browser client of the server's version does. Source: phoenix-wire §4, "Merge
 * rules".
 */
export class Merge {
  readonly touched: Touched[] = []
  /** Nodes came, went or moved: places that were found before may be no more. */
  structural = false
  private readonly reader = new TreeReader()
  private cid: number | undefined

  constructor(private readonly components: Components) {}

  /** The whole tree, in place of what there was; its components are only those of this message. */
  replaceRoot(diff: JsonObject): Branch {
    this.structural = true
    this.components.clear()
    const root = this.reader.branch(diff, undefined)
    this.touch(root, -1, true)
    return root
  }

  /** Merges dynamics into a template that stays. */
  branch(node: Branch, diff: JsonObject, outer: Templates): void {
    if (diff.k !== undefined || diff.d !== undefined)
      throw new BrokenDiff('A diff has the rows of a comprehension where a template is.')
    const templates = templatesOf(diff) ?? outer
    for (const key of Object.keys(diff)) {
      if (!isIndex(key)) continue
      const index = Number(key)
      if (index >= node.parts.length)
        throw new BrokenDiff(`A diff has dynamic ${index} where there are ${node.parts.length}.`)
      node.parts[index] = this.part(node.parts[index], diff[key], templates, node, -1, index)
    }
  }

  /** Merges `c`. A new component may share the tree of another one, of this message or from before it. */
  mergeComponents(changes: JsonObject): void {
    const made = new Map<number, Branch>()
    // Before any merge in place: what is shared is the tree as it was.
    for (const key of Object.keys(changes)) {
      const statics = isObject(changes[key]) ? changes[key].s : undefined
      if (typeof statics === 'number' && statics <= 0) this.component(Number(key), changes, made, [])
    }
    for (const key of Object.keys(changes)) this.component(Number(key), changes, made, [])
    for (const [cid, branch] of made) this.components.set(cid, branch)
  }

  /** Last of all. Throws when the tree refers to a component that is not there. */
  finish(): void {
    for (const cid of this.reader.mentioned) {
      const branch = this.components.get(cid)
      if (branch === undefined) throw new BrokenDiff(`Component ${cid} is in no message.`)
      this.inComponent(cid, () => this.touch(branch, -1, true))
    }
  }

  private component(cid: number, changes: JsonObject, made: Map<number, Branch>, path: number[]): Branch {
    const known = made.get(cid)
    if (known !== undefined) return known
    const diff = changes[String(cid)]
    if (!isObject(diff) || !Number.isInteger(cid)) throw new BrokenDiff(`Component ${cid} is in no message.`)
    if (path.includes(cid)) throw new BrokenDiff(`Component ${cid} shares its own tree.`)
    const branch = this.componentTree(cid, diff, changes, made, [...path, cid])
    made.set(cid, branch)
    return branch
  }

  private componentTree(
    cid: number,
    diff: JsonObject,
    changes: JsonObject,
    made: Map<number, Branch>,
    path: number[],
  ): Branch {
    if (typeof diff.s === 'number') {
      const source =
        diff.s > 0 ? this.component(diff.s, changes, made, path) : this.components.get(Math.abs(diff.s))
      if (source === undefined)
        throw new BrokenDiff(`Component ${cid} shares that of ${diff.s}, which is not there.`)
      const branch = cloneBranch(source)
      this.inComponent(cid, () => this.branch(branch, diff, undefined))
      return this.renewed(branch, cid)
    }
    if (diff.s !== undefined) return this.renewed(this.reader.branch(diff, undefined), cid)
    const old = this.components.get(cid)
    if (old === undefined) throw new BrokenDiff(`A diff is for component ${cid}, which is not there.`)
    this.inComponent(cid, () => this.branch(old, diff, undefined))
    return old
  }

  private renewed(branch: Branch, cid: number): Branch {
    this.structural = true
    this.inComponent(cid, () => this.touch(branch, -1, true))
    return branch
  }

  private inComponent(cid: number, run: () => void): void {
    const before = this.cid
    this.cid = cid
    run()
    this.cid = before
  }

  private part(
    old: Part | undefined,
    json: Json | undefined,
    templates: Templates,
    node: Branch | List,
    row: number,
    index: number,
  ): Part {
    if (isObject(json) && json.s === undefined && typeof old === 'object') {
      if (old instanceof List) this.list(old, json, templates)
      else this.branch(old, json, templates)
      // A tag may be made of it.
      if (node.statics.isInTag(index)) this.touch(node, row, false)
      return old
    }
    const part = this.reader.part(json, templates)
    if (part === old) return part
    this.touch(node, row, false)
    if (typeof part !== 'string' || typeof old !== 'string') this.structural = true
    if (typeof part === 'object') this.touch(part, -1, true)
    return part
  }

  private list(list: List, diff: JsonObject, outer: Templates): void {
    const templates = outer ?? templatesOf(diff)
    const { k, d, stream } = diff
    if (k === undefined && d === undefined && stream === undefined)
      throw new BrokenDiff('A diff has dynamics of a template where a comprehension is.')
    if (stream !== undefined || list.ids !== undefined) {
      const rows = k === undefined && d === undefined ? [] : this.reader.rows(diff, list.width, templates)
      if (stream !== undefined) applyStream(list, rows, stream)
      else if (rows.length > 0) throw new BrokenDiff('A stream has rows without inserts.')
      this.renewedList(list)
    } else if (isObject(k)) {
      this.keyed(list, k, templates)
    } else {
      fill(list, this.reader.rows(diff, list.width, templates))
      this.renewedList(list)
    }
  }

  private renewedList(list: List): void {
    this.structural = true
    this.touch(list, -1, true)
  }

  private keyed(list: List, keyed: JsonObject, templates: Templates): void {
    const count = countOf(keyed)
    const before = list.count
    const changes = Object.keys(keyed)
      .filter(isIndex)
      .map((key) => ({ index: Number(key), entry: keyed[key] }))
    const beyond = changes.find(({ index }) => index >= count)
    if (beyond !== undefined) throw new BrokenDiff(`Row ${beyond.index} lies beyond a count of ${count}.`)
    this.moveRows(list, changes, before)
    const arrived = new Set<number>()
    for (const { index, entry } of changes) {
      const diff = isList(entry) ? entry[1] : entry
      if (index >= before) arrived.add(index)
      if (typeof diff === 'number') continue
      if (!isObject(diff)) throw new BrokenDiff(`Row ${index} is ${JSON.stringify(entry).slice(0, 60)}.`)
      if (index >= before && !isList(entry)) this.newRow(list, index, diff, templates)
      else this.oldRow(list, index, diff, templates)
    }
    if (arrived.size < count - before)
      throw new BrokenDiff(`${count - before} rows are new, and ${arrived.size} came.`)
    if (count !== before) this.structural = true
    list.count = count
    list.cells.length = count * list.width
  }

  /** Rows at their new index, copies of what they were before this message. */
  private moveRows(
    list: List,
    changes: readonly { readonly index: number; readonly entry: Json | undefined }[],
    before: number,
  ): void {
    const { width } = list
    let old: Part[] | undefined
    for (const { index, entry } of changes) {
      const from = isList(entry) ? entry[0] : entry
      if (typeof from !== 'number') continue
      if (!Number.isInteger(from) || from < 0 || from >= before)
        throw new BrokenDiff(`Row ${index} comes from ${from}, where there are ${before} rows.`)
      old ??= list.cells.slice()
      // Copied, because the same message may then change the nodes where they were.
      for (let at = 0; at < width; at += 1)
        list.cells[index * width + at] = clonePart(old[from * width + at] ?? '')
      this.structural = true
      this.touch(list, index, true)
    }
  }

  private newRow(list: List, index: number, diff: JsonObject, templates: Templates): void {
    const { width } = list
    this.reader.row(diff, width, templates).forEach((part, at) => {
      list.cells[index * width + at] = part
    })
    this.touch(list, index, true)
  }

  private oldRow(list: List, index: number, diff: JsonObject, templates: Templates): void {
    const { width } = list
    for (const key of Object.keys(diff)) {
      if (!isIndex(key)) continue
      const at = Number(key)
      if (at >= width) throw new BrokenDiff(`A diff has dynamic ${at} of a row of ${width}.`)
      const cell = index * width + at
      list.cells[cell] = this.part(list.cells[cell], diff[key], templates, list, index, at)
    }
  }

  private touch(node: Branch | List, row: number, deep: boolean): void {
    if (this.touched.length <= manyTouched) this.touched.push({ node, row, cid: this.cid, deep })
  }
}
