import type { JsonObject } from '../model/scenario.js'
import { Alarm } from './alarm.js'
import { encodeBinary, encodeText, type Frame } from './frame.js'
import { withoutReply, type ChannelReply, type ReplyStatus } from './reply.js'
import type { Sleeper, Timers } from './timers.js'
import type { Transport } from './transport.js'

/** A ref that the server has not answered yet. */
export interface Pending {
  readonly kind: 'join' | 'rejoin' | 'push' | 'leave'
  readonly ref: string
  readonly joinRef: string
  readonly owner: Owner
  /** Microseconds. */
  readonly deadline: number
  readonly done: ((reply: ChannelReply) => void) | undefined
}

/** Who waits for a ref. */
export interface Owner {
  readonly topic: string
  /** The server's reply, or the time-out. */
  answered(pending: Pending, reply: ChannelReply): void
  /** There will be no reply; the owner knows that already and only passes it on. */
  told(pending: Pending, reply: ChannelReply): void
}

/** Tells all of `given` that no reply will come. */
export function tellAll(given: readonly Pending[], status: ReplyStatus, reason: string, at: number): void {
  if (given.length === 0) return
  const reply = withoutReply(status, reason, at)
  for (const pending of given) pending.owner.told(pending, reply)
}

/** A socket's way to the server: its transport while there is one, its counter of refs, what is pending, and its alarm. */
export class Line {
  transport: Transport | undefined
  readonly alarm: Alarm
  private lastRef = 0
  private waiting: Map<string, Pending> | undefined

  constructor(
    private readonly timers: Timers,
    owner: Sleeper,
  ) {
    this.alarm = new Alarm(timers, owner)
  }

  get now(): number {
    return this.timers.now()
  }

  get isOpen(): boolean {
    return this.transport !== undefined
  }

  /** Refs without an answer. */
  get size(): number {
    return this.waiting?.size ?? 0
  }

  /** The next ref; one counter for joins, pushes and heartbeats. */
  nextRef(): string {
    this.lastRef += 1
    return String(this.lastRef)
  }

  /** Sends what is to be answered by its deadline. Throws a RangeError as `encodeBinary` does; then nothing is pending. */
  ask(pending: Pending, event: string, payload: JsonObject | Uint8Array): void {
    const { joinRef, ref, owner, deadline } = pending
    const data =
      payload instanceof Uint8Array
        ? encodeBinary(joinRef, ref, owner.topic, event, payload)
        : encodeText(joinRef, ref, owner.topic, event, payload)
    this.waiting ??= new Map()
    this.waiting.set(ref, pending)
    this.alarm.by(deadline)
    this.transport?.send(data)
  }

  /** Takes out what a reply frame answers: same ref and topic, and the same join_ref unless it is null. */
  take(frame: Frame): Pending | undefined {
    const pending = frame.ref === null ? undefined : this.waiting?.get(frame.ref)
    if (pending === undefined || pending.owner.topic !== frame.topic) return undefined
    if (frame.joinRef !== null && frame.joinRef !== pending.joinRef) return undefined
    this.remove(pending)
    return pending
  }

  /** Takes out all that one owner, or anyone, waits for. */
  drop(owner?: Owner): Pending[] {
    const dropped = [...(this.waiting?.values() ?? [])].filter(
      (pending) => owner === undefined || pending.owner === owner,
    )
    for (const pending of dropped) this.remove(pending)
    return dropped
  }

  /** Ends what is past its deadline; returns the next deadline, or Infinity. */
  expire(now: number): number {
    if (this.waiting === undefined) return Infinity
    const expired = [...this.waiting.values()].filter(({ deadline }) => deadline <= now)
    for (const pending of expired) {
      // Not when another one's end has ended this one too.
      if (this.waiting?.get(pending.ref) !== pending) continue
      this.remove(pending)
      pending.owner.answered(pending, withoutReply('timed_out', 'timeout', now))
    }
    let next = Infinity
    for (const { deadline } of this.waiting?.values() ?? []) next = Math.min(next, deadline)
    return next
  }

  private remove({ ref }: Pending): void {
    this.waiting?.delete(ref)
    if (this.waiting?.size === 0) this.waiting = undefined
  }
}
