import { PhoenixSocket } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Meter } from '../http/exchange.js'
import type { Origin } from '../http/origin.js'
import { openWs, type WsConnection } from '../ws/index.js'
import { timers } from './timers.js'

/** Who has something on a line: a page, or one of the topics that share it. */
export interface LineUser {
  /** TCP and TLS are there; then the upgrade is answered. Monotonic microseconds. */
  readonly connected: (at: number) => void
  readonly opened: (at: number) => void
  /** It never opened. */
  readonly failed: (failure: Failure) => void
  /** It was open, and is gone without our asking. */
  readonly lost: (code: number, reason: string) => void
  /** Frames that nobody could read or that belong to nothing: a short word, and what it was. The first user is told. */
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
}

const heartbeat = 30_000_000

/** Watchers that came together must not beat together. */
const firstHeartbeat = (): number => Math.floor(((monotonic() * 7_919) % 1_000) * (heartbeat / 1_000))

/** A Phoenix socket on a WebSocket of this engine. */
export class Line {
  readonly socket: PhoenixSocket
  private readonly connection: WsConnection
  private readonly users = new Set<LineUser>()
  private state: 'opening' | 'open' | 'gone' = 'opening'

  constructor({ origin, endpoint, query, headers, timeout }: LineRequest, meter: Meter) {
    const odd = (word: string, what: string): void => [...this.users][0]?.odd(word, what)
    this.socket = new PhoenixSocket({
      timers,
      heartbeatEvery: heartbeat,
      firstHeartbeat: firstHeartbeat(),
      events: {
        odd,
        heartbeat: (rtt) => {
          if (rtt === undefined) odd('heartbeat_late', 'A heartbeat was not answered before its time.')
        },
      },
    })
    const path = `${endpoint}/websocket?${new URLSearchParams({ ...query, vsn: '2.0.0' }).toString()}`
    this.connection = openWs(
      { origin, path, headers: { origin: new URL(origin.url).origin, ...headers }, timeout },
      {
        connected: (at) => this.tell((user) => user.connected(at)),
        opened: (at) => this.open(at),
        message: (data, binary, at) => this.socket.received(data, binary, at),
        closed: (code, reason) => this.closed(code, reason),
        failed: (failure) => {
          this.state = 'gone'
          this.tell((user) => user.failed(failure))
        },
      },
      meter,
    )
  }

  get usable(): boolean {
    return this.state !== 'gone'
  }

  /** Tells a user what becomes of the line; at once when it is open already. Returns what ends that. */
  use(user: LineUser): () => void {
    this.users.add(user)
    if (this.state === 'open') user.opened(monotonic())
    return () => this.users.delete(user)
  }

  /** Leaves as a browser does that goes elsewhere. */
  close(): void {
    if (this.state === 'opening') this.connection.destroy()
    if (this.state !== 'open') return
    this.state = 'gone'
    this.socket.disconnect(1000, '')
  }

  /** Gives it up at once. */
  destroy(): void {
    if (this.state === 'open') {
      this.state = 'gone'
      this.socket.closed(1006, 'given up')
    }
    this.connection.destroy()
  }

  private open(at: number): void {
    this.state = 'open'
    this.socket.opened({
      send: (data) => void this.connection.send(data),
      close: (code, reason) => this.connection.close(code, reason),
    })
    this.tell((user) => user.opened(at))
  }

  private closed(code: number, reason: string): void {
    if (this.state === 'gone') return
    this.state = 'gone'
    this.socket.closed(code, reason)
    this.tell((user) => user.lost(code, reason))
  }

  private tell(what: (user: LineUser) => void): void {
    // Who comes meanwhile is told when it comes.
    const users = Array.from(this.users)
    for (const user of users) what(user)
  }
}

/** Makes a line of a journey, which closes it at its end. */
export type Dial = (request: LineRequest, meter: Meter) => Line

/** In words, how a socket went away. */
export const closedWith = (code: number, reason: string): string =>
  `The socket was closed with ${code}${reason === '' ? '' : ` (${reason})`}.`
