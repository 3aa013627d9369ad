import { tonePainters } from './colours.js'
import { plain } from './plain.js'
import type { Tone } from './words.js'

/** A stretch of text of one tone. */
interface Span {
  readonly text: string
  readonly tone?: Tone
}
export type Line = readonly Span[]

/** Paints lines. What came over the wire (ids, messages) loses its control characters, so that it cannot steer a terminal. */
export function paint(lines: readonly Line[], colour: boolean): string {
  const tones = tonePainters(colour)
  const span = ({ text, tone }: Span): string => (tone === undefined ? plain(text) : tones[tone](plain(text)))
  return `${lines.map((line) => line.map(span).join('').trimEnd()).join('\n')}\n`
}

// Source: Unicode UAX #11, wide and full-width, and what is shown as a picture.
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const sizeOf = (character: string): number =>
  character < '\u0300' ? 1 : wide.test(character) ? 2 : /\p{M}/u.test(character) ? 0 : 1

/** Columns that a terminal takes for a text, near enough. */
export const width = (text: string): number => {
  let columns = 0
  for (const character of text) columns += sizeOf(character)
  return columns
}

/** As many of the characters, from the first on, as there is room for. */
function head(characters: readonly string[], columns: number): readonly string[] {
  let left = columns
  const end = characters.findIndex((character) => (left -= sizeOf(character)) < 0)
  return end < 0 ? characters : characters.slice(0, end)
}

/** Cut in the middle, since names differ at both ends. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text
  if (columns < 1) return ''
  const characters = Array.from(text)
  const tail = head(characters.toReversed(), Math.floor((columns - 1) / 2)).toReversed()
  const first = head(characters, columns - 1 - width(tail.join('')))
  return `${first.join('')}…${tail.join('')}`
}

/** A line of at most `columns`: what is too much is cut away at its end, and an ellipsis says so. */
export function cut(line: Line, columns: number): Line {
  if (
    width(
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    ) <= columns
  )
    return line
  let left = columns - 1
  return line.flatMap((span): Line => {
    if (left < 0) return []
    const kept = head(Array.from(span.text), left).join('')
    const whole = kept === span.text
    left = whole ? left - width(kept) : -1
    return [{ ...span, text: whole ? kept : `${kept}…` }]
  })
}

export const left = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - width(text)))
export const right = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - width(text))) + text

// A number is not parted from its unit.
const breakable = / (?!(?:%|µs|ms|s|min|h|\/s)(?:[\s.,;:)]|$))/

/** Breaks a sentence at spaces; the first line begins with `first`, the others with as many spaces. Long words are cut. */
export function wrap(text: string, columns: number, first: string, tone?: Tone): readonly Line[] {
  const room = Math.max(10, columns - width(first))
  const words = plain(text)
    .split(breakable)
    .flatMap((long) => pieces(long, room))
  return filled(words, room, first, '').map((line) => [
    tone === undefined ? { text: line } : { text: line, tone },
  ])
}

/** As `wrap`, for a command: broken lines end so that a shell reads them as one. A word is never broken: it may be a path. */
export function wrapCommand(command: string, columns: number, first: string): readonly Line[] {
  const words = plain(command).match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? []
  return filled(words, columns - width(first) - 2, first, ' \\').map((text) => [{ text }])
}

/** Words on lines of at most `room` columns, each line but the last with `broken` at its end. */
function filled(words: readonly string[], room: number, first: string, broken: string): readonly string[] {
  const lines: string[] = ['']
  for (const word of words) {
    const last = lines[lines.length - 1] ?? ''
    const joined = last === '' ? word : `${last} ${word}`
    if (last === '' || width(joined) <= room) lines[lines.length - 1] = joined
    else lines.push(word)
  }
  const others = ' '.repeat(width(first))
  return lines.map(
    (line, index) => (index === 0 ? first : others) + line + (index < lines.length - 1 ? broken : ''),
  )
}

function pieces(word: string, room: number): readonly string[] {
  const all: string[] = []
  let rest = Array.from(word)
  while (width(rest.join('')) > room) {
    const piece = head(rest, room)
    all.push(piece.join(''))
    rest = rest.slice(Math.max(1, piece.length))
  }
  return [...all, rest.join('')]
}
