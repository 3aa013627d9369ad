import type { Socket } from 'node:net'
import { monotonic } from '../../journey/clock.js'
import { socketFailure, type Failure } from '../../journey/errors.js'
import type { Exchange, Meter } from './exchange.js'
import type { Origin } from './origin.js'
import { ParseError } from './parse-error.js'
import { openSocket } from '../socket.js'
import { ResponseParser, type HttpResponse } from './parser.js'

/** What a connection tells its pool. */
export interface ConnectionOwner {
  readonly origin: Origin
  readonly meter: Meter
  /** Set while the target does not answer. */
  silent: boolean
  /** It is open and carries nothing. */
  free(connection: HttpConnection): void
  /** It is closed; `failure` when it was never opened. */
  gone(connection: HttpConnection, failure: Failure | undefined): void
  /** Its request broke before any byte of an answer, on a connection that was not opened for it. */
  broke(exchange: Exchange, failure: Failure): void
}

const reset: Failure = {
  class: 'target',
  reason: 'reset',
  message: 'The target closed the connection before its answer.',
}

const failureOf = (error: unknown): Failure => {
  if (error === undefined) return reset
  return error instanceof ParseError
    ? { class: 'target', reason: 'malformed', message: error.message }
    : socketFailure(error)
}

// One for all connections of this thread: Node calls back before it reads again, and what the parser keeps it copies.
const shared = Buffer.allocUnsafeSlow(65_536)

/** One keep-alive connection, one request at a time. */
export class HttpConnection {
  /** It is no longer on its way; stays so when it is closed. */
  open = false
  private readonly socket: Socket
  private readonly parser = new ResponseParser()
  private exchange: Exchange | undefined
  private closed = false
  private error: unknown
  /** Until when the peer keeps it while idle, on the monotonic clock. */
  private keptUntil = Number.POSITIVE_INFINITY
  private keptFor = Number.POSITIVE_INFINITY

  private readonly release = (): void => this.destroy()

  constructor(
    private readonly owner: ConnectionOwner,
    first: Exchange | undefined,
  ) {
    if (first !== undefined) this.take(first, true)
    const read = (bytes: number): boolean => {
      this.read(shared.subarray(0, bytes))
      return true
    }
    this.socket = openSocket(owner.origin, { onread: { buffer: shared, callback: read } })
    if (owner.origin.secure) {
      this.socket.once('connect', () => this.exchange?.split.enter('tls', monotonic()))
      this.socket.once('secureConnect', () => this.ready())
    } else {
      this.socket.once('connect', () => this.ready())
    }
    this.socket.on('error', (error) => {
      this.error ??= error
    })
    this.socket.once('end', () => this.finish())
    this.socket.once('close', () => this.finish())
  }

  /** False when the peer may be about to close it. */
  usable(now: number): boolean {
    return !this.closed && !this.socket.destroyed && now < this.keptUntil
  }

  send(exchange: Exchange): void {
    this.take(exchange, false)
    this.write()
  }

  destroy(): void {
    this.exchange = undefined
    this.socket.destroy()
    this.finish()
  }

  private take(exchange: Exchange, fresh: boolean): void {
    this.exchange = exchange
    exchange.fresh = fresh
    exchange.release = this.release
  }

  private ready(): void {
    this.open = true
    this.owner.meter.connections += 1
    if (this.exchange === undefined) this.owner.free(this)
    else this.write()
  }

  private write(): void {
    const exchange = this.exchange
    if (exchange === undefined) return
    const { split, text, bytes } = exchange
    this.parser.expect(exchange.method)
    if (split.stage !== 'send') split.enter('send', monotonic())
    // As many bytes as signs: plain ASCII, which is written faster so.
    this.socket.write(text, bytes === text.length ? 'latin1' : 'utf8')
    this.owner.meter.bytesSent += bytes
    // Written at once, as nearly always. Else an empty write behind it tells when it is out.
    if (this.socket.writableLength === 0) split.enter('wait', monotonic())
    else
      this.socket.write('', () => {
        if (this.exchange === exchange && split.stage === 'send') split.enter('wait', monotonic())
      })
  }

  private read(chunk: Buffer): void {
    const exchange = this.exchange
    this.owner.meter.bytesReceived += chunk.length
    if (exchange === undefined) {
      this.destroy()
      return
    }
    if (exchange.split.stage !== 'receive') exchange.split.enter('receive', monotonic())
    const response = this.parse(exchange, chunk)
    if (response !== undefined) this.complete(exchange, response)
  }

  private parse(exchange: Exchange, chunk: Buffer): HttpResponse | undefined {
    try {
      return this.parser.feed(chunk)
    } catch (error) {
      this.fail(exchange, error)
      return undefined
    }
  }

  private complete(exchange: Exchange, response: HttpResponse): void {
    const now = monotonic()
    exchange.split.end(now)
    this.owner.silent = false
    this.exchange = undefined
    exchange.release = undefined
    // An answer that came before the request was out: the rest of it would lie before the next one. Source: RFC 9112 §9.5.
    if (response.keepAlive && this.socket.writableLength === 0) {
      const seconds = response.head.keepAliveFor
      // A second early: a request must not meet the peer's close half-way.
      if (seconds !== undefined) this.keptFor = Math.max(0, seconds - 1) * 1_000_000
      this.keptUntil = now + this.keptFor
      this.owner.free(this)
    } else {
      this.destroy()
    }
    exchange.answered(response)
  }

  private fail(exchange: Exchange, error: unknown): void {
    this.exchange = undefined
    exchange.release = undefined
    const failure = failureOf(error)
    const unanswered = exchange.split.stage !== 'receive'
    this.destroy()
    if (unanswered && !exchange.fresh) {
      this.owner.broke(exchange, failure)
      return
    }
    exchange.split.end(monotonic())
    exchange.failed(failure)
  }

  private finish(): void {
    if (this.closed) return
    this.closed = true
    const exchange = this.exchange
    if (exchange !== undefined) this.finishExchange(exchange)
    this.socket.destroy()
    this.owner.gone(this, this.open || this.error === undefined ? undefined : socketFailure(this.error))
  }

  private finishExchange(exchange: Exchange): void {
    if (this.error !== undefined) {
      this.fail(exchange, this.error)
      return
    }
    const response = this.lastAnswer()
    if (response === undefined) this.fail(exchange, undefined)
    else this.complete(exchange, response)
  }

  private lastAnswer(): HttpResponse | undefined {
    try {
      return this.parser.close()
    } catch {
      // Cut off within the answer: whoever closed it is gone, not ill-spoken.
      return undefined
    }
  }
}
