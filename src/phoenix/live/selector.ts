import { UserError } from '../../model/errors.js'
import type { Attributes } from './tags.js'

/** What one element must be: `button#seat-1.held[phx-click="pick"]`. */
export interface Compound {
  readonly tag: string | undefined
  readonly id: string | undefined
  readonly classes: readonly string[]
  readonly attributes: readonly { readonly name: string; readonly value: string | undefined }[]
  /** It must be a child of the one before, not just lie within it. */
  readonly child: boolean
}

/** Compounds from the outermost to the element itself; at least one. */
export interface Selector {
  readonly text: string
  readonly outer: readonly Compound[]
  readonly last: Compound
}

const name = String.raw`(?:\\.|[\w\u0080-\uffff-])+`
const piece = new RegExp(
  String.raw`^(?:(#)(${name})|(\.)(${name})|\[\s*([\w:.-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\]\s]+))\s*)?\]|(\*|${name}))`,
)

const plain = (text: string): string => text.replaceAll(/\\(.)/g, '$1')

const wrong = (text: string): UserError =>
  new UserError(`"${text}" is no selector that can be read.`, {
    hint: 'Understood are tag, #id, .class, [attribute], [attribute="value"], and those nested by a blank or ">".',
  })

const compound = (text: string, whole: string, child: boolean): Compound => {
  let rest = text
  let tag: string | undefined
  let id: string | undefined
  const classes: string[] = []
  const attributes: { name: string; value: string | undefined }[] = []
  while (rest !== '') {
    const found = piece.exec(rest)
    if (found === null) throw wrong(whole)
    const [all, hash, idName = '', dot, className = '', attribute, double, single, bare, element = ''] = found
    if (hash !== undefined) id = plain(idName)
    else if (dot !== undefined) classes.push(plain(className))
    else if (attribute !== undefined)
      attributes.push({ name: attribute.toLowerCase(), value: double ?? single ?? bare })
    else if (rest !== text) throw wrong(whole)
    else if (element !== '*') tag = element.toLowerCase()
    rest = rest.slice(all.length)
  }
  return { tag, id, classes, attributes, child }
}

const word = /\s*((?:\[(?:"[^"]*"|'[^']*'|[^\]"'])*\]|\\.|[^\s>[\\])+|>)\s*/y

/** Parts between blanks and `>`; those within quotes and brackets stay. */
const words = (text: string): string[] => {
  const found: string[] = []
  for (word.lastIndex = 0; word.lastIndex < text.length;) {
    const one = word.exec(text)?.[1]
    if (one === undefined) throw wrong(text)
    found.push(one)
  }
  return found
}

/**
 * Reads a selector: tag, #id, .class, [attr], [attr="v"], compounds of them, descendants and children. Throws
 * `UserError`.
 */
export function parseSelector(text: string): Selector {
  const compounds: Compound[] = []
  let child = false
  for (const one of words(text)) {
    if (one === '>') {
      if (child || compounds.length === 0) throw wrong(text)
      child = true
    } else {
      compounds.push(compound(one, text, child))
      child = false
    }
  }
  const last = compounds.pop()
  if (last === undefined || child) throw wrong(text)
  return { text, outer: compounds, last }
}

/** Whether an element is what the compound asks for; ancestors apart. */
export function isMatch(wanted: Compound, tag: string, attributes: Attributes): boolean {
  if (wanted.tag !== undefined && wanted.tag !== tag) return false
  if (wanted.id !== undefined && attributes.id !== wanted.id) return false
  if (wanted.classes.length > 0) {
    const has = (attributes.class ?? '').split(/\s+/)
    if (!wanted.classes.every((one) => has.includes(one))) return false
  }
  return wanted.attributes.every(({ name: key, value }) => {
    const has = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    return has !== undefined && (value === undefined || has === value)
  })
}
