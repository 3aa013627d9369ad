import { tonePainters } from './colours.js'
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
  const span = ({ text, tone }: Span): string => (tone === undefined ? inert(text) : tones[tone](inert(text)))
  return `${lines.map((line) => line.map(span).join('').trimEnd()).join('\n')}\n`
}

/** Characters as a terminal counts them, near enough for our own words. */
export const width = (text: string): number => Array.from(text).length

/** Cut in the middle, since names differ at both ends. */
export function fit(text: string, columns: number): string {
  const characters = Array.from(text)
  if (characters.length <= columns) return text
  const tail = Math.floor((columns - 1) / 2)
  return `${characters.slice(0, columns - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`
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
  const lines: string[] = ['']
  for (const word of inert(text)
    .split(breakable)
    .flatMap((long) => pieces(long, room))) {
    const last = lines[lines.length - 1] ?? ''
    const joined = last === '' ? word : `${last} ${word}`
    if (width(joined) <= room) lines[lines.length - 1] = joined
    else lines.push(word)
  }
  return lines.map((line, index) => {
    const lead = index === 0 ? first : ' '.repeat(width(first))
    return [tone === undefined ? { text: lead + line } : { text: lead + line, tone }]
  })
}

function pieces(word: string, room: number): readonly string[] {
  const characters = Array.from(word)
  if (characters.length <= room) return [word]
  return Array.from({ length: Math.ceil(characters.length / room) }, (_, at) =>
    characters.slice(at * room, (at + 1) * room).join(''),
  )
}

// Controls and the marks that turn the direction of text around.
const inert = (text: string): string => text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ')
