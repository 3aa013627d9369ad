import { isMatch, type Compound, type Selector } from './selector.js'
import { attributesOf, behind, escape, nextTag, tagAt, type Attributes, type Tag } from './tags.js'

/** An opening tag in some HTML. */
export interface FoundTag {
  readonly tag: Tag
  readonly attributes: Attributes
  /** The component that it lies in, by `data-phx-component`. */
  readonly cid: number | undefined
}

/** The opening tag with this id. Looks only where the id stands between quotes. */
export function tagWithId(
  html: string,
  id: string,
): { readonly tag: Tag; readonly attributes: Attributes } | undefined {
  const text = escape(id)
  if (text === '') return undefined
  for (let at = html.indexOf(text); at >= 0; at = html.indexOf(text, at + 1)) {
    const quote = html.charAt(at - 1)
    if ((quote !== '"' && quote !== "'") || html.charAt(at + text.length) !== quote) continue
    const tag = tagAt(html, html.lastIndexOf('<', at))
    if (tag === undefined || tag.closing || tag.end < at) continue
    const attributes = attributesOf(html, tag)
    if (attributes.id === id) return { tag, attributes }
  }
  return undefined
}

/** Whether a piece of HTML has the words that a match of the compound would have: far cheaper than reading attributes. */
const mayHold = (text: string, { classes, attributes }: Compound): boolean =>
  classes.every((one) => !/^[\w-]+$/.test(one) || text.includes(one)) &&
  attributes.every(({ value }) => value === undefined || !/^[\w-]+$/.test(value) || text.includes(value))

/** Whether any tag of a piece of HTML is what one compound asks for. */
export function anyMatches(html: string, wanted: Compound): boolean {
  if (!mayHold(html, wanted)) return false
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, behind(html, tag))) {
    if (tag.closing || (wanted.tag !== undefined && wanted.tag !== tag.name)) continue
    if (isMatch(wanted, tag.name, attributesOf(html, tag))) return true
  }
  return false
}

class Open {
  private read: Attributes | undefined

  constructor(
    private readonly html: string,
    readonly tag: Tag,
    readonly cid: number | undefined,
  ) {}

  get attributes(): Attributes {
    this.read ??= attributesOf(this.html, this.tag)
    return this.read
  }
}

const cidMark = 'data-phx-component="'

const cidOf = (tag: string): number | undefined => {
  const at = tag.indexOf(cidMark)
  return at < 0 ? undefined : Number.parseInt(tag.slice(at + cidMark.length), 10)
}

/** Whether the compounds up to `index` hold for elements of `path` up to `depth`, from the inside out. */
const holds = (
  outer: readonly Compound[],
  index: number,
  path: readonly Open[],
  depth: number,
  child: boolean,
): boolean => {
  const wanted = outer[index]
  if (wanted === undefined) return true
  const last = child ? depth : 0
  for (let at = depth; at >= Math.max(0, last); at -= 1) {
    const open = path[at]
    if (open === undefined || !isMatch(wanted, open.tag.name, open.attributes)) continue
    if (holds(outer, index - 1, path, at - 1, wanted.child)) return true
  }
  return false
}

/** The first element in document order that a selector means. */
export function search(html: string, { outer, last }: Selector): FoundTag | undefined {
  if (!mayHold(html, last)) return undefined
  const path: Open[] = []
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, behind(html, tag))) {
    const { name } = tag
    if (tag.closing) {
      // One that closes nothing is passed over.
      let at = path.length - 1
      while (at >= 0 && path[at]?.tag.name !== name) at -= 1
      if (at >= 0) path.length = at
      continue
    }
    const text = html.slice(tag.start, tag.end)
    const open = new Open(html, tag, cidOf(text) ?? path.at(-1)?.cid)
    if (
      mayHold(text, last) &&
      (last.tag === undefined || last.tag === name) &&
      isMatch(last, name, open.attributes) &&
      holds(outer, outer.length - 1, path, path.length - 1, last.child)
    )
      return { tag, attributes: open.attributes, cid: open.cid }
    if (!tag.empty) path.push(open)
  }
  return undefined
}
