import { Branch, BrokenDiff, List, type Components, type Part, type Place } from './nodes.js'
import { nextTag } from './tags.js'

/** Deeper than any page: a component that contains itself would never end. */
const deepest = 500

/** `data-phx-component` on the component's one root tag, as the browser client sets it: targets are found by it. */
const withCid = (html: string, cid: number): string => {
  const root = nextTag(html, 0)
  if (root === undefined) return html
  const at = root.start + 1 + root.name.length
  return `${html.slice(0, at)} data-phx-component="${cid}"${html.slice(at)}`
}

/** Renders parts of one tree. `whole`: with all that lies in them; else nodes that cannot be part of a tag are left out. */
export class Renderer {
  private depth = 0

  constructor(
    private readonly components: Components,
    private readonly whole: boolean,
  ) {}

  /** Throws `BrokenDiff` when a component is missing or contains itself. */
  place({ node, row, cid }: Place): string {
    if (cid !== undefined && this.components.get(cid) === node) return this.component(cid)
    if (node instanceof Branch) return this.interleave(node, node.parts, 0)
    if (row >= 0) return this.interleave(node, node.cells, row * node.width)
    return this.rows(node)
  }

  component(cid: number): string {
    const branch = this.components.get(cid)
    if (branch === undefined) throw new BrokenDiff(`Component ${cid} is not there.`)
    return withCid(this.interleave(branch, branch.parts, 0), cid)
  }

  private rows(list: List): string {
    let html = ''
    for (let row = 0; row < list.count; row += 1) html += this.interleave(list, list.cells, row * list.width)
    return html
  }

  private interleave({ statics }: Branch | List, parts: readonly Part[], from: number): string {
    this.depth += 1
    if (this.depth > deepest) throw new BrokenDiff('A component contains itself.')
    const { pieces } = statics
    let html = pieces[0] ?? ''
    for (let index = 0; index < statics.width; index += 1) {
      const part = parts[from + index] ?? ''
      if (typeof part === 'string') html += part
      else if (this.whole || statics.isInTag(index)) html += this.part(part)
      html += pieces[index + 1] ?? ''
    }
    this.depth -= 1
    return html
  }

  private part(part: Part): string {
    if (typeof part === 'string') return part
    if (typeof part === 'number') return this.component(part)
    return part instanceof Branch ? this.interleave(part, part.parts, 0) : this.rows(part)
  }
}
