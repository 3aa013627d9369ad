/** One tag of a piece of HTML, by its place in it. */
export interface Tag {
  /** In lower case. */
  readonly name: string
  /** Index of `<`. */
  readonly start: number
  /** Index behind `>`. */
  readonly end: number
  readonly closing: boolean
  /** It has no content: a void element, or one that ends in `/>`. */
  readonly empty: boolean
}

export type Attributes = Readonly<Record<string, string>>

const voids = new Set(
  'area base br col command embed hr img input keygen link meta param source track wbr'.split(' '),
)
/** Elements whose content is no markup. */
const raw = new Set(['script', 'style', 'textarea', 'title'])

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

const codePoint = (code: number): string =>
  Number.isInteger(code) && code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\ufffd'

/** Text as a reader sees it: numeric entities and those that Phoenix writes. */
export function unescape(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#[xX]([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,6}));/g, (whole, hex, decimal, name) => {
    if (typeof hex === 'string') return codePoint(Number.parseInt(hex, 16))
    if (typeof decimal === 'string') return codePoint(Number(decimal))
    return (typeof name === 'string' ? entities[name] : undefined) ?? whole
  })
}

/** Text as Phoenix puts it into an attribute. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)

/** Index behind the `>` of a tag whose name ends at `from`, or -1 when it is cut off. */
const behindTag = (html: string, from: number): number => {
  let quote = 0
  let valueMayBegin = false
  for (let at = from; at < html.length; at += 1) {
    const code = html.charCodeAt(at)
    if (quote !== 0) {
      if (code === quote) quote = 0
    } else if (code === 62) return at + 1
    else if (valueMayBegin && (code === 34 || code === 39)) quote = code
    if (code !== 32 && code !== 10 && code !== 9 && code !== 13) valueMayBegin = quote === 0 && code === 61
  }
  return -1
}

/** The tag that begins at `start`, or undefined when there is none or it is cut off. */
export function tagAt(html: string, start: number): Tag | undefined {
  if (html.charCodeAt(start) !== 60) return undefined
  const closing = html.charCodeAt(start + 1) === 47
  const from = closing ? start + 2 : start + 1
  if (!isLetter(html.charCodeAt(from))) return undefined
  let to = from
  while (to < html.length && !' \n\t\r/>'.includes(html.charAt(to))) to += 1
  const end = behindTag(html, to)
  if (end < 0) return undefined
  const name = html.slice(from, to).toLowerCase()
  return {
    name,
    start,
    end,
    closing,
    empty: !closing && (voids.has(name) || html.charCodeAt(end - 2) === 47),
  }
}

/** The first tag at or behind `from`; comments and declarations are skipped. */
export function nextTag(html: string, from: number): Tag | undefined {
  for (let at = html.indexOf('<', from); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4)
      if (end < 0) return undefined
      at = end + 3
      continue
    }
    const tag = tagAt(html, at)
    if (tag !== undefined) return tag
    at += 1
  }
  return undefined
}

/** Where to look for the tag after this one: behind it, or at the end of what is no markup. */
export function behind(html: string, tag: Tag): number {
  if (tag.closing || tag.empty || !raw.has(tag.name)) return tag.end
  const { name } = tag
  for (let at = html.indexOf('</', tag.end); at >= 0; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at
  }
  return html.length
}

/** Attributes by name, unescaped, in the order of the tag; one without a value is ''. The first of two wins. */
export function attributesOf(html: string, tag: Tag): Attributes {
  const found: Record<string, string> = {}
  const inner = html.slice(tag.start + 1 + tag.name.length, tag.end - 1)
  for (const [, name = '', double, single, bare] of inner.matchAll(
    /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g,
  )) {
    const key = name.toLowerCase()
    if (!Object.hasOwn(found, key)) found[key] = unescape(double ?? single ?? bare ?? '')
  }
  return found
}

/** Index behind the end of the element that `open` begins; of the whole text when nothing closes it. */
export function elementEnd(html: string, open: Tag): number {
  if (open.empty) return open.end
  let depth = 1
  let tag = nextTag(html, behind(html, open))
  for (; tag !== undefined; tag = nextTag(html, behind(html, tag))) {
    if (tag.name !== open.name || tag.empty) continue
    depth += tag.closing ? -1 : 1
    if (depth === 0) return tag.end
  }
  return html.length
}

/** What a reader sees of a piece of HTML: no tags, no scripts, white space as one blank. */
export function textOf(html: string): string {
  let text = ''
  let from = 0
  for (let tag = nextTag(html, 0); tag !== undefined;) {
    text += html.slice(from, tag.start)
    const next = behind(html, tag)
    const shown = tag.name !== 'script' && tag.name !== 'style'
    from = shown ? tag.end : next
    tag = nextTag(html, next)
  }
  text += html.slice(from)
  return unescape(text.replaceAll(/<!--.*?-->/gs, ''))
    .replace(/\s+/g, ' ')
    .trim()
}
