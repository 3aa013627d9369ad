import type { JsonObject } from '../model/scenario.js'
import { rejoinDelay } from './backoff.js'
import type { Frame } from './frame.js'
import { tellAll, type Line, type Owner, type Pending } from './line.js'
import { withoutReply, type ChannelReply } from './reply.js'

/** What a channel hears without having asked. All instants in microseconds. */
export interface ChannelEvents {
  /** A push of the server. Neither replies nor `phx_*`. */
  message?(frame: Frame, at: number): void
  /** How a join that nobody asked for ended: after a crash, a time-out, a refusal or a new connection. Each try is told. */
  rejoined?(reply: ChannelReply): void
  /** `phx_error`: the channel's process died. A lost connection is told by `SocketEvents.lost` instead. */
  crashed?(at: number): void
  /** `phx_close`, or another channel of this socket joined the topic. Not after one's own `leave`. */
  closed?(at: number): void
}

/** The socket as its channels see it. */
export interface Host {
  readonly line: Line
  /** Whether channels join again by themselves. */
  readonly rejoins: boolean
  /** From now on frames of the topic go to this channel; any other on the topic leaves. */
  enter(channel: Channel): void
  exit(channel: Channel): void
}

type State = 'closed' | 'joining' | 'joined' | 'errored' | 'leaving'

/** One topic of a socket, made by `PhoenixSocket.channel`. Source: phoenix-wire §2. */
export class Channel implements Owner {
  /** When it is to join again, microseconds; Infinity: not. */
  rejoinAt = Infinity
  private current: State = 'closed'
  private joinRef: string | null = null
  private tries = 0
  private timeout = 0

  constructor(
    readonly topic: string,
    private readonly host: Host,
    private readonly params: () => JsonObject,
    private readonly events: ChannelEvents,
  ) {}

  get state(): State {
    return this.current
  }

  /**
   * Joins; `timeout` in microseconds, also for later rejoins. `done` is told once, of this join only. Without a connection it is
   * `closed` at once. A channel that is joined already joins anew: what it waited for is told `left`.
   */
  join(timeout: number, done: (reply: ChannelReply) => void): void {
    const { line } = this.host
    if (!line.isOpen) return done(withoutReply('closed', 'not_open', line.now))
    // A leave under way still gets its own answer.
    const left = this.isIn ? line.drop(this) : []
    this.timeout = timeout
    this.tries = 0
    this.host.enter(this)
    this.sendJoin('join', done)
    tellAll(left, 'left', 'joined_anew', line.now)
  }

  /** Sends an event; `timeout` in microseconds. A channel that is not joined tells `closed` at once: nothing is buffered. */
  push(
    event: string,
    payload: JsonObject | Uint8Array,
    timeout: number,
    done: (reply: ChannelReply) => void,
  ): void {
    if (this.current !== 'joined') return done(withoutReply('closed', 'not_joined', this.host.line.now))
    this.ask('push', event, payload, timeout, done)
  }

  /**
   * Leaves; `timeout` in microseconds. What the channel waited for is told `left`; `done` hears the answer to the leave. A
   * channel that is not joined tells `closed` at once and sends nothing, but stops joining again.
   */
  leave(timeout: number, done?: (reply: ChannelReply) => void): void {
    const { line } = this.host
    if (!this.isIn) {
      if (this.current === 'errored') this.end()
      return done?.(withoutReply('closed', 'not_joined', line.now))
    }
    const left = line.drop(this)
    this.rejoinAt = Infinity
    this.current = 'leaving'
    this.ask('leave', 'phx_leave', {}, timeout, done)
    tellAll(left, 'left', 'leave', line.now)
  }

  /** Whether a frame with this join_ref is for the channel as it is now. A null one is, while it joins or is joined. */
  accepts(joinRef: string | null): boolean {
    if (joinRef !== null) return joinRef === this.joinRef
    return this.isIn
  }

  /** A frame that the channel accepts and that answers nothing. False when it means nothing to it. */
  received(frame: Frame, at: number): boolean {
    if (this.current === 'leaving') {
      if (frame.event === 'phx_error') this.finish('crashed', 'phx_error', at)
      return true
    }
    if (frame.event === 'phx_error') {
      const failed = this.fail()
      this.planRejoin()
      tellAll(failed, 'crashed', 'phx_error', at)
      this.events.crashed?.(at)
      return true
    }
    if (frame.event === 'phx_close') {
      this.finish('closed', 'phx_close', at)
      this.events.closed?.(at)
      return true
    }
    if (frame.event.startsWith('phx_')) return false
    this.events.message?.(frame, at)
    return true
  }

  answered(pending: Pending, reply: ChannelReply): void {
    if (pending.joinRef === this.joinRef) {
      if (pending.kind === 'leave') this.end()
      else if (pending.kind !== 'push') this.joinEnded(reply)
    }
    this.told(pending, reply)
  }

  told(pending: Pending, reply: ChannelReply): void {
    if (pending.kind === 'rejoin') this.events.rejoined?.(reply)
    else pending.done?.(reply)
  }

  /** The connection is gone, and all that was pending with it. */
  lost(): void {
    this.rejoinAt = Infinity
    if (this.current === 'leaving') this.end()
    else if (this.current !== 'closed') this.fail()
  }

  /** There is a new connection. */
  reopened(): void {
    this.tries = 0
    if (this.current === 'errored' && this.host.rejoins) this.sendJoin('rejoin', undefined)
  }

  /** Joins again if it is time to. */
  ring(now: number): void {
    if (now < this.rejoinAt) return
    this.tries += 1
    this.sendJoin('rejoin', undefined)
  }

  /** Another channel takes the topic over. */
  displace(): void {
    if (this.current === 'leaving') return
    this.leave(this.timeout, ({ at }) => this.events.closed?.(at))
  }

  /** Closed, without a word to the server or to anyone. */
  end(): void {
    this.rejoinAt = Infinity
    this.joinRef = null
    this.current = 'closed'
    this.host.exit(this)
  }

  private get isIn(): boolean {
    return this.current === 'joined' || this.current === 'joining'
  }

  private sendJoin(kind: 'join' | 'rejoin', done: Pending['done']): void {
    const payload = this.params()
    const { line } = this.host
    this.rejoinAt = Infinity
    this.current = 'joining'
    const ref = line.nextRef()
    this.joinRef = ref
    line.ask(
      { kind, ref, joinRef: ref, owner: this, deadline: line.now + this.timeout, done },
      'phx_join',
      payload,
    )
  }

  private joinEnded(reply: ChannelReply): void {
    if (reply.status === 'ok') {
      this.current = 'joined'
      this.tries = 0
      return
    }
    // The server may still come to it; what it then answers carries a join_ref that is nobody's.
    if (reply.status === 'timed_out') this.ask('push', 'phx_leave', {}, this.timeout, undefined)
    this.joinRef = null
    this.current = 'errored'
    this.planRejoin()
    if (reply.status === 'error' && !this.host.rejoins) this.host.exit(this)
  }

  private planRejoin(): void {
    const { line, rejoins } = this.host
    if (!rejoins) return
    this.rejoinAt = line.now + rejoinDelay(this.tries + 1)
    line.alarm.by(this.rejoinAt)
  }

  private fail(): Pending[] {
    this.joinRef = null
    this.current = 'errored'
    return this.host.line.drop(this)
  }

  private finish(status: 'crashed' | 'closed', reason: string, at: number): void {
    const dropped = this.host.line.drop(this)
    this.end()
    tellAll(dropped, status, reason, at)
  }

  private ask(
    kind: 'push' | 'leave',
    event: string,
    payload: JsonObject | Uint8Array,
    timeout: number,
    done: Pending['done'],
  ): void {
    const { line } = this.host
    const joinRef = this.joinRef ?? ''
    const deadline = line.now + timeout
    line.ask({ kind, ref: line.nextRef(), joinRef, owner: this, deadline, done }, event, payload)
  }
}
