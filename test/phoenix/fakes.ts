import { decode, encodeText, type Frame } from '../../src/phoenix/frame.js'
import {
  PhoenixSocket,
  type ChannelEvents,
  type ChannelReply,
  type SocketOptions,
} from '../../src/phoenix/socket.js'
import type { Sleeper, Timers } from '../../src/phoenix/timers.js'
import type { Transport } from '../../src/phoenix/transport.js'

export const second = 1_000_000

/** A clock that moves only when told to. */
export class FakeTimers implements Timers {
  private at = 0
  private readonly set = new Map<object, { readonly due: number; readonly sleeper: Sleeper }>()

  now(): number {
    return this.at
  }

  after(delay: number, sleeper: Sleeper): { close(): void } {
    const key = {}
    this.set.set(key, { due: this.at + delay, sleeper })
    return { close: () => void this.set.delete(key) }
  }

  get count(): number {
    return this.set.size
  }

  advance(by: number): void {
    const end = this.at + by
    for (;;) {
      const [next] = [...this.set].sort(([, a], [, b]) => a.due - b.due)
      if (next === undefined || next[1].due > end) break
      this.set.delete(next[0])
      this.at = Math.max(this.at, next[1].due)
      next[1].sleeper.ring()
    }
    this.at = end
  }
}

export const frameOf = (data: string | Uint8Array): Frame => {
  const frame = decode(data, typeof data !== 'string')
  if ('broken' in frame) throw new Error(frame.broken)
  return frame
}

/** A socket with a server that does only what the test says. */
export class Bench implements Transport {
  readonly timers = new FakeTimers()
  readonly sent: (string | Uint8Array)[] = []
  readonly closes: [code: number, reason: string][] = []
  readonly told: string[] = []
  readonly socket: PhoenixSocket
  dials = 0

  constructor(options: Partial<SocketOptions> = {}) {
    this.socket = new PhoenixSocket({
      timers: this.timers,
      events: {
        heartbeat: (rtt) => this.told.push(`heartbeat ${rtt}`),
        odd: (word, what) => this.told.push(`${word}: ${what}`),
        lost: (code, reason) => this.told.push(`lost ${code} ${reason}`),
      },
      ...options,
    })
  }

  static redialling(): Bench {
    const bench: Bench = new Bench({
      reconnect: { dial: () => (bench.dials += 1), backoff: { kind: 'faithful' } },
    })
    return bench
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data)
  }

  close(code: number, reason: string): void {
    this.closes.push([code, reason])
  }

  open(): this {
    this.socket.opened(this)
    return this
  }

  /** All sent text frames, as JSON text. */
  get wire(): string[] {
    return this.sent.filter((data) => typeof data === 'string')
  }

  get last(): Frame {
    return frameOf(this.sent.at(-1) ?? '')
  }

  receive(
    joinRef: string | null,
    ref: string | null,
    topic: string,
    event: string,
    payload: object = {},
  ): void {
    this.receiveText(encodeText(joinRef, ref, topic, event, JSON.stringify(payload)))
  }

  receiveText(text: string): void {
    this.socket.received(text, false, this.timers.now())
  }

  /** The server's answer to a frame, by default the last one. */
  reply(status = 'ok', response: object = {}, { joinRef, ref, topic }: Frame = this.last): void {
    this.receive(joinRef, ref, topic, 'phx_reply', { status, response })
  }

  /** A joined channel. */
  joined(topic: string, events: ChannelEvents = {}, timeout = 10 * second) {
    const channel = this.socket.channel(topic, () => ({ token: 'x' }), events)
    const join = heard()
    channel.join(timeout, join.done)
    this.reply()
    return channel
  }
}

/** Collects replies. */
export const heard = () => {
  const replies: ChannelReply[] = []
  return {
    replies,
    done: (reply: ChannelReply): void => void replies.push(reply),
    get said(): string[] {
      return replies.map(({ status, reason }) => `${status} ${reason}`.trim())
    },
  }
}

/** How many objects can be reached from one, but not by way of those of the test itself. */
export const reachable = (root: object, not: readonly unknown[]): number => {
  const seen = new Set<unknown>(not)
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map) for (const pair of value) pair.forEach((part) => look(part))
    for (const key of Reflect.ownKeys(value)) look(Reflect.get(value, key))
  }
  look(root)
  return seen.size - not.length
}
