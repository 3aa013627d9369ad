import fc from 'fast-check'
import type { Json, JsonObject } from '../../../src/model/scenario.js'
import { keyedOf } from './keyed.js'

/**
 * A LiveView server in small: documents as values, what each version sends of them, and their HTML without any of it.
 * Source: phoenix-wire §4.
 */
export interface Node {
  readonly template: string
  readonly parts: readonly Value[]
}
interface Rows {
  readonly rows: readonly { readonly key: string; readonly parts: readonly Value[] }[]
  readonly of: string
}
type Value = string | number | Node | Rows
export interface Doc {
  readonly root: Node
  readonly components: Readonly<Record<string, Node>>
}

/** `d`: whole lists, up to 1.0. `k`: keyed, from 1.1; `km`: says that rows moved, from 1.2.8. */
export type Style = 'd' | 'k' | 'km'

const templates: Readonly<Record<string, readonly string[]>> = {
  page: ['<main>', '<hr>', '</main>'],
  other: ['<article>', '</article>'],
  marked: ['<em class="c', '">', '</em>'],
  bold: ['<b>', '</b>'],
  fixed: ['<i>x</i>'],
  named: ['<span id="row-', '">', '</span>'],
  item: ['<span>', '</span>'],
  line: ['<br>'],
  box: ['<div>', '</div>'],
  section: ['<section title="', '">', '</section>'],
}
const piecesOf = (template: string): readonly string[] => templates[template] ?? []

const isNode = (value: Value | undefined): value is Node => typeof value === 'object' && 'template' in value
const isRows = (value: Value | undefined): value is Rows => typeof value === 'object' && 'rows' in value

// What a document shows.

const interleave = (template: string, parts: readonly Value[], doc: Doc): string =>
  piecesOf(template)
    .map((piece, index) => (index === 0 ? piece : show(parts[index - 1] ?? '', doc) + piece))
    .join('')

const show = (value: Value, doc: Doc): string => {
  if (typeof value === 'string') return value
  if (isNode(value)) return interleave(value.template, value.parts, doc)
  if (isRows(value)) return value.rows.map(({ parts }) => interleave(value.of, parts, doc)).join('')
  const component = doc.components[String(value)]
  return component === undefined
    ? ''
    : show(component, doc).replace(/^<\w+/, (tag) => `${tag} data-phx-component="${value}"`)
}

export const htmlOf = (doc: Doc): string => show(doc.root, doc)

// What is sent of it.

class Message {
  readonly templates: Record<string, readonly string[]> = {}

  constructor(readonly style: Style) {}

  /** From 1.1 any node, before it those in rows, may name a template of the message instead of its statics. */
  statics(template: string, inRows: boolean): Json {
    if (this.style === 'd' && !inRows) return piecesOf(template)
    const known = Object.keys(this.templates)
    const index = known.find((one) => this.templates[one] === templates[template]) ?? String(known.length)
    this.templates[index] = piecesOf(template)
    return Number(index)
  }
}

const dynamics = (parts: readonly Value[], message: Message, inRows: boolean): JsonObject =>
  Object.fromEntries(parts.map((part, index) => [index, whole(part, message, inRows)]))

/** Nested lists of `d` share the templates of the outermost. */
const wholeRows = (value: Rows, message: Message, inRows: boolean): JsonObject => {
  if (message.style !== 'd') {
    return { k: keyedOf(value.rows.map(({ parts }) => dynamics(parts, message, true))) }
  }
  const own = inRows ? message : new Message('d')
  const d = value.rows.map(({ parts }) => parts.map((part) => whole(part, own, true)))
  return { d, ...(inRows || Object.keys(own.templates).length === 0 ? {} : { p: own.templates }) }
}

const whole = (value: Value, message: Message, inRows: boolean): Json => {
  if (typeof value !== 'object') return value
  if (isNode(value))
    return { ...dynamics(value.parts, message, inRows), s: message.statics(value.template, inRows) }
  if (value.rows.length === 0) return ''
  return { ...wholeRows(value, message, inRows), s: message.statics(value.of, inRows) }
}

const partsDiff = (
  old: readonly Value[],
  next: readonly Value[],
  message: Message,
  printsOnly: boolean,
): JsonObject => {
  const changed: [number, Json][] = []
  next.forEach((part, index) => {
    const diff = diffOf(old[index], part, message, printsOnly)
    if (diff !== undefined) changed.push([index, diff])
  })
  return Object.fromEntries(changed)
}

/** Undefined when nothing changed. `printsOnly`: values are sent again, only templates are known. */
const diffOf = (
  old: Value | undefined,
  next: Value,
  message: Message,
  printsOnly: boolean,
): Json | undefined => {
  if (!printsOnly && JSON.stringify(old) === JSON.stringify(next)) return undefined
  if (isNode(old) && isNode(next) && old.template === next.template)
    return partsDiff(old.parts, next.parts, message, printsOnly)
  if (isRows(old) && isRows(next) && old.of === next.of && old.rows.length > 0) {
    if (message.style === 'd' || printsOnly) return wholeRows(next, message, false)
    return { k: keyedDiff(old, next, message) }
  }
  return whole(next, message, false)
}

const keyedDiff = (old: Rows, next: Rows, message: Message): JsonObject => {
  const entries: Record<string, Json> = {}
  let moved = false
  next.rows.forEach(({ key, parts }, index) => {
    const from = old.rows.findIndex((row) => row.key === key)
    const diff = partsDiff(old.rows[from]?.parts ?? [], parts, message, false)
    const isSame = Object.keys(diff).length === 0
    if (from < 0) entries[index] = dynamics(parts, message, true)
    else if (from !== index) {
      moved = true
      entries[index] = isSame ? from : [from, diff]
    } else if (!isSame) entries[index] = diff
  })
  return { ...entries, kc: next.rows.length, ...(moved && message.style === 'km' ? { km: true } : {}) }
}

const cidsIn = (value: Value, doc: Doc): number[] => {
  if (typeof value === 'string') return []
  if (isNode(value)) return value.parts.flatMap((part) => cidsIn(part, doc))
  if (isRows(value)) return value.rows.flatMap(({ parts }) => parts.flatMap((part) => cidsIn(part, doc)))
  const component = doc.components[String(value)]
  return [value, ...(component === undefined ? [] : cidsIn(component, doc))]
}

const withTemplates = (tree: JsonObject, message: Message): JsonObject =>
  Object.keys(message.templates).length === 0 ? tree : { ...tree, p: message.templates }

/** The messages of one view. */
export class SmallServer {
  private last: Doc | undefined
  /** Components as the client has them. */
  private sent = new Map<number, Node>()

  constructor(private readonly style: Style) {}

  send(doc: Doc): JsonObject {
    const { last } = this
    const isNew = last?.root.template !== doc.root.template
    if (isNew) this.sent = new Map()
    const message = new Message(this.style)
    const root = isNew
      ? { ...dynamics(doc.root.parts, message, false), s: message.statics(doc.root.template, false) }
      : partsDiff(last?.root.parts ?? [], doc.root.parts, message, false)
    const tree = withTemplates(root, message)
    const before = new Map(this.sent)
    const c: Record<string, JsonObject> = {}
    for (const cid of new Set(cidsIn(doc.root, doc))) {
      const node = doc.components[String(cid)]
      if (node === undefined) continue
      const diff = this.component(cid, node, before)
      if (Object.keys(diff).length > 0) c[cid] = diff
      this.sent.set(cid, node)
    }
    this.last = doc
    return Object.keys(c).length === 0 ? tree : { ...tree, c }
  }

  private component(cid: number, node: Node, before: ReadonlyMap<number, Node>): JsonObject {
    const message = new Message(this.style)
    const known = before.get(cid)
    if (known?.template === node.template)
      return withTemplates(partsDiff(known.parts, node.parts, message, false), message)
    const old = [...before].find(([, one]) => one.template === node.template)
    const fresh = [...this.sent].find(
      ([one, sent]) => sent.template === node.template && before.get(one) !== sent,
    )
    const [sharer, tree] = old === undefined ? (fresh ?? []) : [-old[0], old[1]]
    if (sharer !== undefined && tree !== undefined && sharer !== cid)
      return withTemplates({ ...partsDiff(tree.parts, node.parts, message, true), s: sharer, r: 1 }, message)
    const all = dynamics(node.parts, message, false)
    return withTemplates({ ...all, s: piecesOf(node.template), r: 1 }, message)
  }
}

// Documents of any shape.

const text = fc.constantFrom('', 'a', 'b &amp; c', 'é', '<u>raw</u>')
const word = fc.constantFrom('1', '2', '3')

/** Values whose components have a cid above `cid`, so that none contains itself. */
const valueOf = (depth: number, cid: number): fc.Arbitrary<Value> => {
  const cids = [1, 2, 3].filter((one) => one > cid)
  const flat: fc.Arbitrary<Value>[] = [text, ...(cids.length > 0 ? [fc.constantFrom(...cids)] : [])]
  if (depth === 0) return fc.oneof(...flat)
  const inner = valueOf(depth - 1, cid)
  const node = fc.oneof(
    fc.record({ template: fc.constant('marked'), parts: fc.tuple(word, inner) }),
    fc.record({ template: fc.constant('bold'), parts: fc.tuple(inner) }),
    fc.record({ template: fc.constant('fixed'), parts: fc.constant([]) }),
  )
  const keyed = (parts: fc.Arbitrary<readonly Value[]>): fc.Arbitrary<Rows['rows']> =>
    fc.uniqueArray(fc.record({ key: fc.constantFrom('x', 'y', 'z', 'w', 'v'), parts }), {
      selector: ({ key }) => key,
      maxLength: 4,
    })
  const rows = fc.oneof(
    fc.record({ of: fc.constant('named'), rows: keyed(fc.tuple(word, inner)) }),
    fc.record({ of: fc.constant('item'), rows: keyed(fc.tuple(inner)) }),
    fc.record({ of: fc.constant('line'), rows: keyed(fc.constant([])) }),
  )
  return fc.oneof(...flat, node, rows)
}

const component = (cid: number): fc.Arbitrary<Node> =>
  fc.oneof(
    fc.record({ template: fc.constant('box'), parts: fc.tuple(valueOf(1, cid)) }),
    fc.record({ template: fc.constant('section'), parts: fc.tuple(word, valueOf(1, cid)) }),
  )

const root: fc.Arbitrary<Node> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ template: fc.constant('page'), parts: fc.tuple(valueOf(2, 0), valueOf(2, 0)) }),
  },
  { weight: 1, arbitrary: fc.record({ template: fc.constant('other'), parts: fc.tuple(valueOf(2, 0)) }) },
)

/** What a view shows, one after the other. */
export const documents: fc.Arbitrary<readonly Doc[]> = fc.array(
  fc.record({ root, components: fc.record({ 1: component(1), 2: component(2), 3: component(3) }) }),
  { minLength: 1, maxLength: 6 },
)
