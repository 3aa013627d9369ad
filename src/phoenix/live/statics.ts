/** Where a template writes an id: literal pieces around `first`, `first + 1`, … of its dynamics. */
export interface IdPattern {
  readonly literals: readonly string[]
  readonly first: number
}

const attribute = /\sid\s*=\s*(["'])/g

const idPatterns = (pieces: readonly string[]): IdPattern[] =>
  pieces.flatMap((piece, first) =>
    [...piece.matchAll(attribute)].flatMap((found) => {
      const quote = found[1] ?? '"'
      const literals: string[] = []
      let from = found.index + found[0].length
      for (let at = first; at < pieces.length; at += 1, from = 0) {
        const text = pieces[at] ?? ''
        const end = text.indexOf(quote, from)
        literals.push(text.slice(from, end < 0 ? text.length : end))
        if (end >= 0) return [{ literals, first }]
      }
      return []
    }),
  )

const holesInTags = (pieces: readonly string[]): boolean[] => {
  let inTag = false
  let quote = ''
  return pieces.map((piece) => {
    for (let at = 0; at < piece.length; at += 1) {
      const char = piece.charAt(at)
      if (!inTag) {
        if (piece.startsWith('<!--', at)) {
          const end = piece.indexOf('-->', at)
          at = end < 0 ? piece.length : end + 2
        } else if (char === '<' && /^(?:[a-z/!]|$)/i.test(piece.charAt(at + 1))) inTag = true
      } else if (quote !== '') {
        if (char === quote) quote = ''
      } else if (char === '"' || char === "'") quote = char
      else if (char === '>') inTag = false
    }
    return inTag
  })
}

/** The fixed pieces of a template; a dynamic stands between each two. One object for equal pieces, see `statics`. */
export class Statics {
  private ids: readonly IdPattern[] | undefined
  private tags: readonly boolean[] | undefined

  constructor(readonly pieces: readonly string[]) {}

  /** Number of dynamics. */
  get width(): number {
    return this.pieces.length - 1
  }

  get idPatterns(): readonly IdPattern[] {
    this.ids ??= idPatterns(this.pieces)
    return this.ids
  }

  /** Whether a dynamic stands within a tag, so that an attribute may come of it. */
  isInTag(index: number): boolean {
    this.tags ??= holesInTags(this.pieces)
    return this.tags[index] ?? false
  }
}

// Thousands of viewers get the same templates. Beyond the bound it is emptied: views keep what they hold, and only sharing is lost.
const known = new Map<string, Statics>()
const bound = 4096
const longest = 100_000

/** The one `Statics` for these pieces. Very long ones are not shared. */
export function statics(pieces: readonly string[]): Statics {
  const key = pieces.join('\u0000')
  const found = known.get(key)
  if (found?.pieces.every((piece, index) => piece === pieces[index]) === true) return found
  const made = new Statics(pieces)
  if (key.length > longest || found !== undefined) return made
  if (known.size >= bound) known.clear()
  known.set(key, made)
  return made
}
