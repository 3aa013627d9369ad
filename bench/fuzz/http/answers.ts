import fc from 'fast-check'
import { ResponseParser, type HttpResponse } from '../../../src/engine/native/http/parser.js'
import { anyCuts, cut, type Cuts } from '../cut.js'
import { fuzz, shown, type Fuzz } from '../fuzz.js'
import { anyAnswer, type Answer } from './answer.js'
import { bodyOf, difference, endsWithConnection, persists } from './expected.js'
import { read, told } from './read.js'
import { bytesOf, write } from './written.js'

interface Turn {
  readonly answer: Answer
  readonly cuts: Cuts
  /** What the server says although nobody asked it. */
  readonly behind: string
}

const turn: fc.Arbitrary<Turn> = fc.record({
  answer: anyAnswer,
  cuts: anyCuts,
  behind: fc.constantFrom(
    '',
    '',
    '',
    '\0',
    '\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    'garbage',
  ),
})

/** Reads one answer, gives it or what is wrong: it must come with the piece that has its last byte, not before and not later. */
const readTurn = ({ answer, cuts, behind }: Turn, parser: ResponseParser): HttpResponse | string => {
  const open = endsWithConnection(answer)
  const own = bytesOf(write(answer))
  const bytes = open ? own : Buffer.concat([own, Buffer.from(behind, 'latin1')])
  const pieces = cut(bytes, cuts)
  let until = 0
  const last = pieces.findIndex((piece) => (until += piece.length) >= own.length)
  const outcome = read(pieces, answer.method, parser)
  const wrong = (what: string): string =>
    `${what}; ${told(outcome)}; ${pieces.length} pieces of ${shown(bytes)}`
  if (outcome.kind !== 'answer') return wrong('not read')
  const { response, piece } = outcome
  const due = open ? pieces.length : last
  if (piece !== due) return wrong(`complete at piece ${piece}, expected ${due}`)
  const different = difference(answer, response)
  if (different !== undefined) return wrong(different)
  const keepAlive = persists(answer) && (open || until === own.length)
  return response.keepAlive === keepAlive
    ? response
    : wrong(`keepAlive ${response.keepAlive}, expected ${keepAlive}`)
}

const conversation = (turns: readonly Turn[]): string | undefined => {
  const parser = new ResponseParser()
  const kept: { readonly body: Buffer; readonly expected: Buffer }[] = []
  for (const one of turns) {
    const found = readTurn(one, parser)
    if (typeof found === 'string') return `answer ${kept.length + 1}: ${found}`
    kept.push({ body: found.body, expected: bodyOf(one.answer) })
    if (!found.keepAlive) break
  }
  const stale = kept.findIndex(({ body, expected }) => !body.equals(expected))
  return stale < 0 ? undefined : `the body of answer ${stale + 1} changed while a later one was read`
}

const everyCut = (one: Turn): string | undefined => {
  const { length } = bytesOf(write(one.answer))
  if (length > 3_000) return undefined
  for (let at = 0; at <= length; at += 1) {
    const found = readTurn({ ...one, cuts: [at] }, new ResponseParser())
    if (typeof found === 'string') return `cut at byte ${at}: ${found}`
  }
  return undefined
}

export const answerFuzzes: readonly Fuzz[] = [
  fuzz(
    {
      name: 'http.answers',
      about:
        'Answers to one connection are read as they were meant, complete with their last byte, however they are cut.',
      share: 400_000,
    },
    fc.array(turn, { minLength: 1, maxLength: 3 }),
    conversation,
  ),
  fuzz(
    {
      name: 'http.every-cut',
      about: 'The same for an answer that is cut in two, at each of its bytes.',
      share: 10_000,
    },
    turn,
    everyCut,
  ),
]
