import fc from 'fast-check'
import { anyCuts, cut } from '../cut.js'
import { fuzz, shown, type Fuzz } from '../fuzz.js'
import { answers, chunkedFraming, lengthFraming, type Answer } from './answer.js'
import { bodyOf, persists } from './expected.js'
import { read, told, type Outcome } from './read.js'
import { bytesOf, isBodyless, write, type Written } from './written.js'

/**
 * What a reader may make of a changed answer. `refused`: a ParseError while it is fed, not when the connection ends, for a server that keeps
 * it would then look slow. `cut_off`: a ParseError at the end of the connection. `same`: read as if unchanged. `closing`: read, but the
 * connection is not used again.
 */
export type Allowed = 'refused' | 'cut_off' | 'same' | 'closing'

/** An answer changed in one way, and what is right then. */
export interface Rule {
  readonly name: string
  readonly about: string
  readonly source: string
  readonly framing: 'length' | 'chunked' | 'either'
  readonly allows: readonly Allowed[]
  /** The status without a body that the change makes of it. */
  readonly status?: number
  /** `pick` chooses among the ways to do it. */
  readonly change: (written: Written, pick: number, answer: Answer) => Written | Buffer
}

/** One of several by a number. */
export function among<T>(all: readonly [T, ...T[]], pick: number): T {
  return all[pick % all.length] ?? all[0]
}

/** The answer with its first line of headers, which tells its framing, in another form. */
export function framingLine(written: Written, ...lines: readonly string[]): Written {
  return { ...written, lines: [...lines, ...written.lines.slice(1)] }
}

/** The answer with a further line somewhere. */
export function withLine(written: Written, line: string, pick: number): Written {
  const at = (pick >> 8) % (written.lines.length + 1)
  return { ...written, lines: [...written.lines.slice(0, at), line, ...written.lines.slice(at)] }
}

const framings = {
  length: lengthFraming,
  chunked: chunkedFraming,
  either: fc.oneof(lengthFraming, chunkedFraming),
} as const

interface Expected {
  readonly status: number
  readonly body: Buffer
  readonly keepAlive: boolean
}

const isAllowed = (allowed: Allowed, outcome: Outcome, expected: Expected, pieces: number): boolean => {
  if (allowed === 'refused') return outcome.kind === 'refused' && outcome.piece < pieces
  if (allowed === 'cut_off') return outcome.kind === 'refused' && outcome.piece === pieces
  if (outcome.kind !== 'answer') return false
  const { head, body, keepAlive } = outcome.response
  if (head.status !== expected.status || !body.equals(expected.body)) return false
  return keepAlive === (allowed === 'same' && expected.keepAlive)
}

// Only what has a body can be framed wrongly.
const withBody = (answer: Answer): Answer =>
  isBodyless(answer) ? { ...answer, method: 'GET', status: 200 } : answer

export function ruleFuzz({ name, about, source, framing, allows, status, change }: Rule): Fuzz {
  const cases = fc.record({
    answer: answers(framings[framing]).map(withBody),
    pick: fc.nat(0xff_ff),
    cuts: anyCuts,
  })
  return fuzz(
    { name: `http.rule.${name}`, about: `${about} (${source})`, share: 5_000 },
    cases,
    ({ answer, pick, cuts }) => {
      const changed = change(write(answer), pick, answer)
      const bytes = Buffer.isBuffer(changed) ? changed : bytesOf(changed)
      const pieces = cut(bytes, cuts)
      const outcome = read(pieces, answer.method)
      const expected = {
        status: status ?? answer.status,
        body: status === undefined ? bodyOf(answer) : Buffer.alloc(0),
        keepAlive: persists(answer),
      }
      if (allows.some((allowed) => isAllowed(allowed, outcome, expected, pieces.length))) return undefined
      return `expected ${allows.join(' or ')} by ${source}, found ${told(outcome)}; ${pieces.length} pieces of ${shown(bytes)}`
    },
  )
}
