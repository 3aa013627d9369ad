import type { JsonObject } from '../model/scenario.js'
import { Channel, type ChannelEvents, type Host } from './channel.js'
import type { Frame } from './frame.js'
import type { Line } from './line.js'
import { readReply } from './reply.js'

/** The channels of one socket that the server may still speak to, and who gets which frame. */
export class Channels implements Host {
  // Replaced, never changed: it may be walked while channels come and go.
  private list: readonly Channel[] = []

  constructor(
    readonly line: Line,
    readonly rejoins: boolean,
  ) {}

  make(topic: string, params: () => JsonObject, events: ChannelEvents): Channel {
    return new Channel(topic, this, params, events)
  }

  // The order of the frames is that of the browser client: it leaves, then it joins.
  enter(channel: Channel): void {
    for (const other of this.on(channel.topic)) if (other !== channel) other.displace()
    if (!this.list.includes(channel)) this.list = [...this.list, channel]
  }

  exit(channel: Channel): void {
    this.list = this.list.filter((other) => other !== channel)
  }

  /** Gives a frame to whom it belongs; `stale_join` or `stray` when it belongs to nobody. Source: phoenix-wire §2, "Refs". */
  received(frame: Frame, at: number): 'stale_join' | 'stray' | undefined {
    if (frame.event === 'phx_reply') {
      const pending = this.line.take(frame)
      if (pending !== undefined) {
        pending.owner.answered(pending, readReply(frame, at))
        return undefined
      }
    }
    for (const channel of this.list) {
      if (channel.topic === frame.topic && channel.accepts(frame.joinRef))
        return channel.received(frame, at) ? undefined : 'stray'
    }
    return this.whyOdd(frame)
  }

  /** The connection is gone. */
  lost(): void {
    for (const channel of this.list) channel.lost()
  }

  /** There is a new connection: channels that failed join at once. */
  reopened(): void {
    for (const channel of this.list) channel.reopened()
  }

  /** All closed, nobody told. */
  end(): void {
    for (const channel of this.list) channel.end()
  }

  /** Joins again whose time it is; returns the next such instant, or Infinity. */
  ring(now: number): number {
    for (const channel of this.list) channel.ring(now)
    let next = Infinity
    for (const { rejoinAt } of this.list) next = Math.min(next, rejoinAt)
    return next
  }

  private on(topic: string): Channel[] {
    return this.list.filter((channel) => channel.topic === topic)
  }

  private whyOdd({ topic, event, joinRef }: Frame): 'stale_join' | 'stray' | undefined {
    // The end of a join that was given up already.
    if (event === 'phx_close') return undefined
    const known = this.on(topic)
    if (joinRef !== null) return known.length > 0 ? 'stale_join' : 'stray'
    return known.some(({ state }) => state === 'leaving') ? undefined : 'stray'
  }
}
