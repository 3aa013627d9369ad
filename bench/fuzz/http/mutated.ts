import fc from 'fast-check'
import { anyCuts, cut, type Cuts } from '../cut.js'
import { fuzz, shown, slowFuzz, type Fuzz } from '../fuzz.js'
import { mutate, mutations, type Mutation } from '../mutate.js'
import { anyAnswer, type Answer } from './answer.js'
import { readByNode } from './node.js'
import { read, told, type Outcome } from './read.js'
import { bytesOf, write } from './written.js'

const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '-',
  '0',
  '5',
  '\u00A0',
  '\v',
  '\u00FF',
  '"',
  'ffffffff',
  '\r\n\r\n',
  '0\r\n\r\n',
  'HTTP/1.1 ',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 C\r\n\r\n',
  'chunked',
  'content-length: 3\r\n',
  'transfer-encoding: chunked\r\n',
  'connection: close\r\n',
  ' folded\r\n',
  'x: y\r\n',
]

interface Mutated {
  readonly answer: Answer
  readonly changes: readonly Mutation[]
  readonly cuts: Cuts
}

const cases: fc.Arbitrary<Mutated> = fc.record({
  answer: anyAnswer,
  changes: mutations(tokens),
  cuts: anyCuts,
})

const changed = ({ answer, changes }: Mutated): Buffer => mutate(bytesOf(write(answer)), changes)

// Whether the connection persists depends on what has come behind the answer by then.
const gist = (outcome: Outcome): string =>
  outcome.kind === 'answer'
    ? `${outcome.response.head.status} ${outcome.response.body.toString('latin1')}`
    : outcome.kind

/** Whatever it is made of the bytes, it is the same for all ways to cut them, and no other error than a ParseError. */
const problemOf = (one: Mutated): string | undefined => {
  const bytes = changed(one)
  const whole = read(bytes.length === 0 ? [] : [bytes], one.answer.method)
  const pieces = cut(bytes, one.cuts)
  const parts = read(pieces, one.answer.method)
  if (whole.kind !== 'threw' && gist(whole) === gist(parts)) return undefined
  return `whole: ${told(whole)}; in ${pieces.length} pieces: ${told(parts)}; ${shown(bytes)}`
}

// A tab behind the coding is space (RFC 9110 §5.6.3); Node's parser takes it for a part of the word, and reads until the end.
const nodeMisreads = /transfer-encoding:[^\r\n]*\t/i

/** What both take for an answer, both must read alike: what another reads differently can be smuggled past it. */
const differs = async (one: Mutated): Promise<string | undefined> => {
  const bytes = changed(one)
  const ours = read(cut(bytes, one.cuts), one.answer.method)
  if (ours.kind !== 'answer' || nodeMisreads.test(bytes.toString('latin1'))) return undefined
  const theirs = await readByNode(cut(bytes, one.cuts), one.answer.method)
  if (theirs === undefined) return undefined
  const { head, body } = ours.response
  if (head.status === theirs.status && body.equals(theirs.body)) return undefined
  return `ours: ${told(ours)}; Node's: ${theirs.status} with ${theirs.body.length} bytes; ${shown(bytes)}`
}

// Two things that RFC 9112 §7.1 lets a server write, and Node's parser refuses.
const nodeRefuses = ({ framing }: Answer): boolean =>
  framing.kind === 'chunked' &&
  (framing.trailers.some((trailer) => trailer.startsWith('Content-Length')) ||
    framing.chunks.some(({ extension }) => extension.startsWith(' ')))

/** Answers as they were meant must be taken by both. */
const agrees = async ({ answer, cuts }: Pick<Mutated, 'answer' | 'cuts'>): Promise<string | undefined> => {
  const bytes = bytesOf(write(answer))
  const ours = read(cut(bytes, cuts), answer.method)
  const theirs = await readByNode(cut(bytes, cuts), answer.method)
  const same =
    ours.kind === 'answer' &&
    ours.response.head.status === theirs?.status &&
    ours.response.body.equals(theirs.body)
  return same ? undefined : `ours: ${told(ours)}; Node's: ${theirs?.status ?? 'refused'}; ${shown(bytes)}`
}

export const mutatedFuzzes: readonly Fuzz[] = [
  fuzz(
    {
      name: 'http.mutated',
      about:
        'Broken answers are told alike however they are cut, and never by another error than a ParseError.',
      share: 290_000,
    },
    cases,
    problemOf,
  ),
  slowFuzz(
    {
      name: 'http.as-node',
      about: 'Answers are read as Node’s own parser (llhttp) reads them.',
      share: 10_000,
      batch: 2_000,
    },
    fc.record({ answer: anyAnswer.filter((answer) => !nodeRefuses(answer)), cuts: anyCuts }),
    agrees,
  ),
  slowFuzz(
    {
      name: 'http.mutated-as-node',
      about: 'What both take of broken answers, ours and Node’s parser read alike.',
      share: 30_000,
      batch: 2_000,
    },
    cases,
    differs,
  ),
]
