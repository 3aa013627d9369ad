import fc from 'fast-check'
import { anyCuts, cut } from '../cut.js'
import { fuzz, type Fuzz } from '../fuzz.js'
import { read, told } from './read.js'

/** The longest head that is read, bytes, its last empty line included. */
const limit = 65_536

const kinds = ['one line', 'many lines', 'chunk extension', 'trailer'] as const
type Kind = (typeof kinds)[number]

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

/** An answer whose head, or whose line within the body, has so many bytes with its end. */
const sized = (kind: Kind, size: number): string => {
  const fill = (begin: string, end: string): string =>
    begin + 'y'.repeat(Math.max(0, size - begin.length - end.length)) + end
  if (kind === 'chunk extension') return `${chunked}${fill('0;', '\r\n')}\r\n`
  if (kind === 'trailer') return `${chunked}0\r\n${fill('x:', '\r\n')}\r\n`
  const start = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n'
  const lines =
    kind === 'one line' ? 'x: ' : 'x: y\r\n'.repeat(Math.floor((size - start.length - 50) / 6)) + 'x: '
  return fill(start + lines, '\r\n\r\n')
}

const near = fc.integer({ min: -400, max: 400 }).map((delta) => limit + delta)

const cases = fc.record({
  kind: fc.constantFrom(...kinds),
  size: fc.oneof(near, fc.integer({ min: 100, max: 200_000 })),
  whole: fc.boolean(),
  cuts: fc.oneof(fc.constant([]), anyCuts, fc.integer({ min: 1_000, max: 70_000 })),
})

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never

// A line that has not ended is one that grows: it needs a few bytes to be seen as too long.
const slack = 4

/** Too long is refused, by its size alone; in the few bytes about the limit either will do. */
const problemOf = ({ kind, size, whole, cuts }: Case): string | undefined => {
  const text = sized(kind, size)
  const pieces = cut(Buffer.from(whole ? text : text.slice(0, -slack)), cuts)
  const outcome = read(pieces, 'GET')
  const early = outcome.kind === 'refused' && outcome.piece < pieces.length
  const wrong = (expected: string): string =>
    `${kind} of ${size} bytes ${whole ? '' : 'without its end '}in ${pieces.length} pieces: expected ${expected}, found ${told(outcome)}`
  if (size > limit + 2 * slack) return early ? undefined : wrong('a ParseError while it is fed')
  if (size > limit - slack) return undefined
  if (whole) return outcome.kind === 'answer' ? undefined : wrong('an answer')
  return outcome.kind === 'refused' && !early ? undefined : wrong('that more is awaited')
}

export const limitFuzz: Fuzz = fuzz(
  {
    name: 'http.limits',
    about: 'Heads and lines up to 64 KiB are read, longer ones refused, however they are cut.',
    share: 4_000,
  },
  cases,
  problemOf,
)
