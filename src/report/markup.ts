import { plain } from './plain.js'

/** HTML that is safe to put into a page as it is. Only `markup` makes it, so that nothing is left unescaped by mistake. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = string | number | Markup | readonly Markup[]

/** A template of HTML: what is put in is escaped, unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    parts.map((part, index) => (index === 0 ? '' : insert(pieces[index - 1])) + part).join(''),
  )
}

export const nothing = new Markup('')

function insert(piece: Piece | undefined): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  return typeof piece === 'object' ? piece.map((one) => one.text).join('') : escape(String(piece))
}

const escape = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
