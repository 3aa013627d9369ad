import { readHead, type Head } from './head.js'
import { ParseError } from './parse-error.js'

/** A complete answer. `keepAlive` says whether the connection may carry another request. `body` may lie in the bytes that were fed. */
export interface HttpResponse {
  readonly head: Head
  readonly body: Buffer
  readonly keepAlive: boolean
}

type State = 'head' | 'length' | 'until_close' | 'chunk_size' | 'chunk_data' | 'chunk_end' | 'trailer'

const nothing = Buffer.alloc(0)
/** Bytes of a head, of a chunk's size, and of all trailers, each with its line breaks. */
const headLimit = 65_536
/** Bytes of a body: what is longer than this is no answer that a journey waits for. */
const bodyLimit = 268_435_456
const tooLong = 'a line or head of more than 64 KiB'
const tooLarge = 'a body of more than 256 MiB'
const needsMore = -1

/** Reads HTTP/1.1 answers one at a time, however the bytes are cut. Keeps none of the bytes that it is fed but as copies. Source: RFC 9112. */
export class ResponseParser {
  private rest: Buffer = nothing
  private state: State = 'head'
  private missing = 0
  private size = 0
  private pieces: Buffer[] = []
  private head: Head | undefined
  private method = 'GET'

  /** The method of the request whose answer comes next: an answer to HEAD has no body. */
  expect(method: string): void {
    this.method = method
  }

  /** Takes bytes; gives the answer when they complete it. Bytes behind it forbid to use the connection again. Throws `ParseError`. */
  feed(chunk: Buffer): HttpResponse | undefined {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    for (;;) {
      const next = this.step(data, at)
      if (next === needsMore) {
        this.assertWorthWaiting(data, at)
        this.rest = at === data.length ? nothing : Buffer.from(data.subarray(at))
        return undefined
      }
      at = next
      if (this.head !== undefined && this.state === 'head') return this.complete(at < data.length)
    }
  }

  /** What will never become an answer is refused at once: it would be taken for one that does not come. */
  private assertWorthWaiting(data: Buffer, at: number): void {
    const waiting = data.length - at
    if (waiting === 0) return
    if (waiting >= headLimit) throw new ParseError(tooLong)
    if (this.state !== 'head') return
    const begin = data.toString('latin1', at, at + 7)
    const feed = data.indexOf(10, at)
    if (!'HTTP/1.'.startsWith(begin) || (feed >= 0 && data[feed - 1] !== 13))
      throw new ParseError(`it begins with "${data.toString('latin1', at, at + 40)}"`)
  }

  /** The peer closed: gives the answer that only this could end. Throws `ParseError` when one was cut off. */
  close(): HttpResponse | undefined {
    if (this.state === 'until_close') {
      this.state = 'head'
      return this.complete(true)
    }
    if (this.state !== 'head' || this.rest.length > 0)
      throw new ParseError('the connection ended within the answer')
    return undefined
  }

  private complete(closing: boolean): HttpResponse {
    const head = this.head
    if (head === undefined) throw new ParseError('an answer without a head')
    const body = this.pieces.length > 1 ? Buffer.concat(this.pieces) : (this.pieces[0] ?? nothing)
    this.head = undefined
    this.pieces = []
    this.size = 0
    this.rest = nothing
    // After a 101 the connection speaks something else.
    return { head, body, keepAlive: head.keepAlive && !closing && head.status !== 101 }
  }

  private step(data: Buffer, at: number): number {
    switch (this.state) {
      case 'head':
        return this.readHead(data, at)
      case 'length':
      case 'chunk_data':
        return this.readBody(data, at)
      case 'until_close':
        if (at === data.length) return needsMore
        this.keep(Buffer.from(data.subarray(at)))
        return data.length
      case 'chunk_end':
        if (data.length - at < 2) return needsMore
        if (data[at] !== 13 || data[at + 1] !== 10) throw new ParseError('a chunk longer than its size')
        this.state = 'chunk_size'
        return at + 2
      case 'chunk_size':
      case 'trailer':
        return this.readLine(data, at)
    }
  }

  private readHead(data: Buffer, at: number): number {
    const end = data.indexOf('\r\n\r\n', at, 'latin1')
    if (end < 0) return needsMore
    if (end + 4 - at > headLimit) throw new ParseError(tooLong)
    const head = readHead(data.toString('latin1', at, end))
    // 1xx answers are not the answer; 101 would end HTTP on this connection.
    if (head.status >= 100 && head.status < 200 && head.status !== 101) return end + 4
    this.head = head
    const empty = this.method === 'HEAD' || head.status === 204 || head.status === 304 || head.status === 101
    if (empty || (!head.chunked && head.length === 0)) this.state = 'head'
    else if (head.chunked) this.state = 'chunk_size'
    else if (head.length !== undefined) this.begin('length', head.length)
    else this.state = 'until_close'
    return end + 4
  }

  private begin(state: State, missing: number): void {
    if (this.size + missing > bodyLimit) throw new ParseError(tooLarge)
    this.state = state
    this.missing = missing
  }

  private readBody(data: Buffer, at: number): number {
    const taken = Math.min(this.missing, data.length - at)
    if (taken === 0) return needsMore
    this.missing -= taken
    const piece = data.subarray(at, at + taken)
    // Only an answer that is complete within one read is handed on as it lies there.
    const whole = this.missing === 0 && this.state === 'length' && this.pieces.length === 0
    this.keep(whole ? piece : Buffer.from(piece))
    if (this.missing === 0) this.state = this.state === 'length' ? 'head' : 'chunk_end'
    return at + taken
  }

  private keep(piece: Buffer): void {
    this.size += piece.length
    if (this.size > bodyLimit) throw new ParseError(tooLarge)
    this.pieces.push(piece)
  }

  private readLine(data: Buffer, at: number): number {
    const end = data.indexOf('\r\n', at, 'latin1')
    if (end < 0) return needsMore
    if (end + 2 - at > headLimit) throw new ParseError(tooLong)
    const line = data.toString('latin1', at, end)
    if (this.state === 'trailer') {
      this.readTrailer(line)
      return end + 2
    }
    const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line)?.[1]
    if (size === undefined) throw new ParseError(`a chunk size of "${line.slice(0, 40)}"`)
    const length = Number.parseInt(size, 16)
    if (length === 0) this.begin('trailer', headLimit)
    else this.begin('chunk_data', length)
    return end + 2
  }

  private readTrailer(line: string): void {
    this.missing -= line.length + 2
    if (line === '') this.state = 'head'
    else if (line.indexOf(':') <= 0) throw new ParseError(`a trailer line "${line.slice(0, 40)}"`)
    else if (this.missing < 0) throw new ParseError('trailers of more than 64 KiB')
  }
}
