import { encodeForm } from '../../../phoenix/live/form-encoding.js'
import { PhoenixSocket, type SocketEvents } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Node } from './node.js'
import { timers } from './timers.js'
import type { Wire, WireEvents } from './wire.js'

/** Who has something on a line: a page, or one of the topics that share it. */
export interface LineUser {
  /** TCP and TLS are there; then the upgrade is answered. Monotonic microseconds. */
  connected(at: number): void
  opened(at: number): void
  /** It never opened. */
  failed(failure: Failure): void
  /** It was open, and is gone without our asking. */
  lost(code: number, reason: string): void
  /** Frames that nobody could read or that belong to nothing: a short word, and what it was. The first user is told. */
  odd(word: string, what: string): void
}

export interface LineRequest {
  readonly node: Node
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

/** A Phoenix socket on a WebSocket of this engine, which tells it what it hears: thousands of them are open, so one object does it all. */
export class Line implements WireEvents, SocketEvents {
  readonly socket: PhoenixSocket
  private readonly connection: Wire
  // Replaced, never changed: who comes while it is walked is told when it comes.
  private users: readonly LineUser[] = []
  private state: 'opening' | 'open' | 'gone' = 'opening'

  constructor({ node, endpoint, query, headers, timeout }: LineRequest) {
    this.socket = new PhoenixSocket({
      timers,
      heartbeatEvery: heartbeat,
      firstHeartbeat: firstHeartbeat(),
      events: this,
    })
    const path = `${endpoint}/websocket?${encodeForm(Object.entries({ ...query, vsn: '2.0.0' }))}`
    this.connection = node.socket({ path, headers: { origin: node.origin, ...headers }, timeout }, this)
  }

  get usable(): boolean {
    return this.state !== 'gone'
  }

  /** Tells a user what becomes of the line; at once when it is open already. */
  use(user: LineUser): void {
    this.users = [...this.users, user]
    if (this.state === 'open') user.opened(monotonic())
  }

  /** Tells the user nothing more. */
  unuse(user: LineUser): void {
    this.users = this.users.filter((other) => other !== user)
  }

  /** Leaves as a browser does that goes elsewhere. */
  leave(): void {
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

  connected(at: number): void {
    for (const user of this.users) user.connected(at)
  }

  opened(at: number): void {
    this.state = 'open'
    this.socket.opened(this.connection)
    for (const user of this.users) user.opened(at)
  }

  message(data: string | Uint8Array, binary: boolean, at: number): void {
    this.socket.received(data, binary, at)
  }

  closed(code: number, reason: string): void {
    if (this.state === 'gone') return
    this.state = 'gone'
    this.socket.closed(code, reason)
    for (const user of this.users) user.lost(code, reason)
  }

  failed(failure: Failure): void {
    this.state = 'gone'
    for (const user of this.users) user.failed(failure)
  }

  odd(word: string, what: string): void {
    this.users[0]?.odd(word, what)
  }

  heartbeat(rtt: number | undefined): void {
    if (rtt === undefined) this.odd('heartbeat_late', 'A heartbeat was not answered before its time.')
  }
}

/** Who makes the lines of a journey, and closes them at its end. */
export interface Dialler {
  dial(request: LineRequest): Line
}

/** In words, how a socket went away. */
export const closedWith = (code: number, reason: string): string =>
  `The socket was closed with ${code}${reason === '' ? '' : ` (${reason})`}.`
