import { PhoenixSocket } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Meter } from '../http/exchange.js'
import type { Origin } from '../http/origin.js'
import { openWs } from '../ws/index.js'
import { timers } from './timers.js'

/** What a line tells while it is opened, and when it goes. */
export interface LineEvents {
  /** TCP and TLS are there; then the upgrade is answered. Monotonic microseconds. */
  readonly connected: (at: number) => void
  readonly opened: (at: number) => void
  /** It never opened. */
  readonly failed: (failure: Failure) => void
  /** It was open, and is gone without our asking. */
  readonly lost: (code: number, reason: string) => void
  /** Frames that nobody could read or that belong to nothing: a short word, and what it was. */
  readonly odd: (word: string, what: string) => void
}

export interface LineRequest {
  readonly origin: Origin
  /** Path of the endpoint, without `/websocket`, and the query. */
  readonly endpoint: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** Microseconds until it must be open. */
  readonly timeout: number
  /** When the first heartbeat is due, microseconds: spread, so that watchers that came together do not beat together. */
  readonly firstHeartbeat: number
}

/** A Phoenix socket on a WebSocket of this engine. */
export class Line {
  readonly socket: PhoenixSocket
  private readonly end: () => void
  private gone = false

  constructor(
    { origin, endpoint, query, headers, timeout, firstHeartbeat }: LineRequest,
    events: LineEvents,
    meter: Meter,
  ) {
    this.socket = new PhoenixSocket({
      timers,
      firstHeartbeat,
      events: {
        odd: events.odd,
        heartbeat: (rtt) => {
          if (rtt === undefined) events.odd('heartbeat_late', 'A heartbeat was not answered before its time.')
        },
      },
    })
    const path = `${endpoint}/websocket?${new URLSearchParams({ ...query, vsn: '2.0.0' }).toString()}`
    const connection = openWs(
      { origin, path, headers: { origin: new URL(origin.url).origin, ...headers }, timeout },
      {
        connected: events.connected,
        opened: (at) => {
          this.socket.opened({
            send: (data) => void connection.send(data),
            close: (code, reason) => connection.close(code, reason),
          })
          events.opened(at)
        },
        message: (data, binary, at) => this.socket.received(data, binary, at),
        closed: (code, reason) => {
          if (this.gone) return
          this.gone = true
          this.socket.closed(code, reason)
          events.lost(code, reason)
        },
        failed: (failure) => {
          this.gone = true
          events.failed(failure)
        },
      },
      meter,
    )
    this.end = () => connection.destroy()
  }

  /** Leaves as a browser does that goes elsewhere. */
  close(): void {
    if (this.gone) return
    this.gone = true
    this.socket.disconnect(1000, '')
  }

  /** Gives it up at once. */
  destroy(): void {
    this.gone = true
    this.socket.closed(1006, 'given up')
    this.end()
  }
}

/** Instants spread over one heartbeat. */
export const spreadOver = (every: number): number =>
  Math.floor(((monotonic() * 7_919) % 1_000) * (every / 1_000))
