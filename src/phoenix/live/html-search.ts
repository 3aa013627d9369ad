import { isMatch, type Compound, type Selector } from './selector.js'
import { attributesOf, behind, nextTag, tagAt, type Attributes, type Tag } from './tags.js'

/** An opening tag in some HTML. */
export interface FoundTag {
  readonly tag: Tag
  readonly attributes: Attributes
  /** The component that it lies in, by `data-phx-component`. */
  readonly cid: number | undefined
}

/** The opening tag with this id. Looks only where the id stands. */
export function tagWithId(
  html: string,
  id: string,
  quoted: string,
): { tag: Tag; attributes: Attributes } | undefined {
  for (let at = html.indexOf(quoted); at >= 0; at = html.indexOf(quoted, at + 1)) {
    const tag = tagAt(html, html.lastIndexOf('<', at))
    if (tag === undefined || tag.closing || tag.end < at) continue
    const attributes = attributesOf(html, tag)
    if (attributes.id === id) return { tag, attributes }
  }
  return undefined
}

/** Whether any tag of a piece of HTML is what one compound asks for. */
export function anyMatches(html: string, wanted: Compound): boolean {
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

const cidMark = /\sdata-phx-component="(\d+)"/

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
  const path: Open[] = []
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, behind(html, tag))) {
    const { name } = tag
    if (tag.closing) {
      const at = path.findLastIndex((open) => open.tag.name === name)
      if (at >= 0) path.length = at
      continue
    }
    const cid = cidMark.exec(html.slice(tag.start, tag.end))?.[1]
    const open = new Open(html, tag, cid === undefined ? path.at(-1)?.cid : Number(cid))
    if (
      (last.tag === undefined || last.tag === name) &&
      isMatch(last, name, open.attributes) &&
      holds(outer, outer.length - 1, path, path.length - 1, last.child)
    )
      return { tag, attributes: open.attributes, cid: open.cid }
    if (!tag.empty) path.push(open)
  }
  return undefined
}
