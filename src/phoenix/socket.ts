import type { JsonObject } from '../model/scenario.js'
import { redialDelay, type Backoff } from './backoff.js'
import type { Channel, ChannelEvents } from './channel.js'
import { Channels } from './channels.js'
import { decode } from './frame.js'
import { Heartbeat } from './heartbeat.js'
import { Line, tellAll } from './line.js'
import type { Sleeper, Timers } from './timers.js'
import type { Transport } from './transport.js'

export type { Backoff } from './backoff.js'
export type { Channel, ChannelEvents } from './channel.js'
export type { ChannelReply, ReplyStatus } from './reply.js'

/** What a socket hears without having asked. */
export interface SocketEvents {
  /** A heartbeat was answered after `rtt` microseconds; undefined: not in time, and the connection is given up. */
  heartbeat?(rtt: number | undefined): void
  /**
   * A frame that nobody could read or that belongs to nobody. `broken`; `stale_join`: of a join that was given up, such as a late
   * answer to one that timed out; `stray`: no such topic, or a reply that nobody waits for (any more).
   */
  odd?(word: string, what: string): void
  /** An open connection is gone, and the user of the socket did not ask for it. 1000 with `heartbeat timeout` is our own doing. */
  lost?(code: number, reason: string): void
}

export interface SocketOptions {
  readonly timers: Timers
  readonly events?: SocketEvents
  /** Microseconds from an answer to the next heartbeat, and how long one may take. Default 30 s. */
  readonly heartbeatEvery?: number
  /** Microseconds from the opening to the first heartbeat. Default `heartbeatEvery`. */
  readonly firstHeartbeat?: number
  /** Dial again and rejoin. Absent: neither. A failed dial is told by `closed`. */
  readonly reconnect?: { readonly dial: () => void; readonly backoff: Backoff }
}

const halfMinute = 30_000_000
const normal = 1000

/**
 * - dialing: someone is connecting; true of a new socket as well
 * - closing: given up after a late heartbeat, until the transport says that it is gone
 * - waiting: until the next dial
 * - gone: no connection and no plan for one, but it may be opened
 * - over: after `disconnect`, for good
 */
type Phase = 'dialing' | 'open' | 'closing' | 'waiting' | 'gone' | 'over'

/**
 * A Phoenix socket, serializer v2, over any transport. Behaves as the browser client does, but buffers nothing. All instants and
 * durations in microseconds. Source: phoenix-wire §1, §2 and §7.
 */
export class PhoenixSocket implements Sleeper {
  private phase: Phase = 'dialing'
  private tries = 0
  private redialAt = Infinity
  private readonly line: Line
  private readonly channels: Channels
  private readonly heartbeat: Heartbeat
  private readonly events: SocketEvents | undefined
  private readonly reconnect: SocketOptions['reconnect']

  constructor(options: SocketOptions) {
    const {
      timers,
      events,
      reconnect,
      heartbeatEvery = halfMinute,
      firstHeartbeat = heartbeatEvery,
    } = options
    this.events = events
    this.reconnect = reconnect
    this.line = new Line(timers, this)
    this.channels = new Channels(this.line, reconnect !== undefined)
    this.heartbeat = new Heartbeat(this.line, heartbeatEvery, firstHeartbeat)
  }

  get isOpen(): boolean {
    return this.line.isOpen
  }

  /** Refs that wait for an answer, plus the timer if it is set. For tests of leaks. */
  get pending(): number {
    return this.line.size + (this.line.alarm.isSet ? 1 : 0)
  }

  /** The connection is up. After `disconnect` it is closed at once. */
  opened(transport: Transport): void {
    if (this.phase === 'over') return transport.close(normal, '')
    this.phase = 'open'
    this.line.transport = transport
    this.redialAt = Infinity
    this.tries = 0
    this.heartbeat.start()
    this.channels.reopened()
  }

  /** A whole message, read at `at`. Never throws because of its content. */
  received(data: string | Uint8Array, binary: boolean, at: number): void {
    if (!this.line.isOpen) return
    const frame = decode(data, binary)
    if ('broken' in frame) return this.events?.odd?.('broken', frame.broken)
    const rtt = this.heartbeat.answered(frame, at)
    if (rtt !== undefined) return this.events?.heartbeat?.(rtt)
    const odd = this.channels.received(frame, at)
    if (odd !== undefined) this.events?.odd?.(odd, `${frame.event} on ${frame.topic}`)
  }

  /**
   * The transport is gone, or a dial failed: fails every pending ref with the code as its reason, errors the channels, plans the
   * redial; never after 1000, as the browser client, unless the heartbeat was late. Codes: RFC 6455 §7.4.1, phoenix-wire §1.
   */
  closed(code: number, reason: string): void {
    const { phase } = this
    if (phase === 'waiting' || phase === 'gone' || phase === 'over') return
    this.line.alarm.stop()
    this.planRedial(code !== normal || phase === 'closing')
    if (phase === 'open') this.endConnection(code, reason, String(code))
  }

  /** A channel on a topic; `params` are asked for at every join. Nothing is sent before its `join`. */
  channel(topic: string, params: () => JsonObject, events: ChannelEvents): Channel {
    return this.channels.make(topic, params, events)
  }

  /** Ends for good: every pending ref is told `closed`, timers are ended, the transport is closed. */
  disconnect(code = normal, reason = ''): void {
    const { transport } = this.line
    this.phase = 'over'
    this.line.transport = undefined
    this.redialAt = Infinity
    this.heartbeat.stop()
    this.line.alarm.stop()
    const pending = this.line.drop()
    this.channels.end()
    transport?.close(code, reason)
    tellAll(pending, 'closed', 'disconnect', this.line.now)
  }

  /** Its alarm does this: looks what is due. */
  ring(): void {
    const { now } = this.line
    if (now >= this.redialAt) this.redial()
    if (this.line.isOpen && this.heartbeat.beat(now) === 'late') this.giveUp()
    const deadline = this.line.expire(now)
    const rejoin = this.channels.ring(now)
    this.line.alarm.by(Math.min(this.redialAt, this.heartbeat.due, deadline, rejoin))
  }

  private redial(): void {
    this.redialAt = Infinity
    this.tries += 1
    this.phase = 'dialing'
    this.reconnect?.dial()
  }

  private planRedial(isWanted: boolean): void {
    const { reconnect } = this
    this.phase = reconnect !== undefined && isWanted ? 'waiting' : 'gone'
    if (reconnect === undefined || !isWanted) return
    this.redialAt = this.line.now + redialDelay(reconnect.backoff, this.tries + 1)
    this.line.alarm.by(this.redialAt)
  }

  private giveUp(): void {
    const { transport } = this.line
    this.phase = 'closing'
    this.line.transport = undefined
    transport?.close(normal, 'heartbeat timeout')
    this.endConnection(normal, 'heartbeat timeout', 'heartbeat_timeout')
    this.events?.heartbeat?.(undefined)
  }

  private endConnection(code: number, reason: string, why: string): void {
    this.line.transport = undefined
    this.heartbeat.stop()
    const pending = this.line.drop()
    this.channels.lost()
    tellAll(pending, 'closed', why, this.line.now)
    this.events?.lost?.(code, reason)
  }
}
