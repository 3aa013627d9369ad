import { ParseError } from '../../../src/engine/native/http/parse-error.js'
import { ResponseParser, type HttpResponse } from '../../../src/engine/native/http/parser.js'

/** What a parser made of some pieces; `piece` is the one that told, their number when only the end of the connection did. */
export type Outcome =
  | { readonly kind: 'answer'; readonly piece: number; readonly response: HttpResponse }
  | { readonly kind: 'refused'; readonly piece: number; readonly message: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'threw'; readonly error: string }

/** Feeds pieces until the parser says something; then the connection ends. What comes behind an answer is not fed, as on a connection. */
export function read(pieces: readonly Buffer[], method: string, parser = new ResponseParser()): Outcome {
  let piece = 0
  try {
    parser.expect(method)
    for (; piece < pieces.length; piece += 1) {
      const response = parser.feed(pieces[piece] ?? Buffer.alloc(0))
      if (response !== undefined) return { kind: 'answer', piece, response }
    }
    const response = parser.close()
    return response === undefined ? { kind: 'nothing' } : { kind: 'answer', piece, response }
  } catch (error) {
    if (error instanceof ParseError) return { kind: 'refused', piece, message: error.message }
    return { kind: 'threw', error: String(error) }
  }
}

/** An outcome in words. */
export function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answer': {
      const { head, body, keepAlive } = outcome.response
      return `the answer ${head.status} with ${body.length} bytes, keepAlive ${keepAlive}, at piece ${outcome.piece}`
    }
    case 'refused':
      return `a ParseError at piece ${outcome.piece} (${outcome.message})`
    case 'nothing':
      return 'nothing'
    case 'threw':
      return `another error: ${outcome.error}`
  }
}
