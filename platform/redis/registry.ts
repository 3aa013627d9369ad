import type { Redis } from 'ioredis'
import type { Database } from '../database.js'
import type { Hold } from '../kernel.js'
import type { Metrics } from '../metrics.js'
import type { Announcement } from '../realtime/kernel.js'
import { countLost } from '../realtime/lost.js'
import { holdEnded, keys, lockValue, member } from './keys.js'
import { rebuild } from './rebuild.js'
import { extendHold, forgetHold, recordHold, runScript, unlock } from './scripts.js'

/** A hold that ended, where its seat sits (`bit` undefined leaves the bitmap as it is), and what all nodes are told. */
export interface Ended {
  readonly hold: Hold
  readonly bit: number | undefined
  readonly announcement: Announcement | undefined
}

/**
 * What Redis knows of holds and seats (contract §6). Postgres has committed before any of this is called, so nothing
 * here may fail a request: an event that Redis missed a change of is remembered and rebuilt when Redis is back.
 */
export class Registry {
  readonly #missed = new Set<string>()

  constructor(
    readonly redis: Redis,
    readonly pg: Database,
    readonly metrics: Metrics,
    /** Locks outlive their holds by this many seconds. */
    readonly graceS: number,
  ) {
    redis.on('ready', () => void this.#catchUp())
  }

  /** Enters a new hold, whose lock is taken already, and publishes it in the same step. */
  record(hold: Hold, bit: number | undefined, announcement: Announcement | undefined): Promise<void> {
    const { organizationId: org, eventId, seatId, id, userId, heldUntil } = hold
    const at = [
      keys.holds(org, eventId),
      keys.meta(org, id),
      keys.bitmap(org, eventId),
      keys.occupancy(org, eventId),
    ]
    const fields = [
      'seat_id',
      seatId,
      'event_id',
      eventId,
      'user_id',
      userId,
      'held_until',
      new Date(heldUntil).toISOString(),
    ]
    const { channel = '', rest = '' } = announcement ?? {}
    const args = [
      Math.floor(heldUntil / 1000),
      member(hold),
      bit ?? -1,
      this.#lockEnd(hold),
      channel,
      rest,
      ...fields,
    ]
    const work = async (): Promise<void> => {
      if ((await runScript(this.redis, recordHold, at, args)) === 1) return
      await rebuild(this, org, eventId, false)
      await runScript(this.redis, recordHold, at, args)
    }
    return this.#sure(eventId, work, announcement)
  }

  /**
   * Takes ended holds out, frees their seats' bits where they have one to free, and publishes each in the same step: when
   * the lock is free for the next one, the end of this one is out.
   */
  async forget(ended: readonly Ended[]): Promise<void> {
    await Promise.all(
      ended.map(({ hold, bit, announcement }) => {
        const { organizationId: org, eventId, seatId, id } = hold
        const at = [
          keys.lock(org, seatId),
          keys.holds(org, eventId),
          keys.meta(org, id),
          keys.bitmap(org, eventId),
          keys.occupancy(org, eventId),
        ]
        const { channel = '', rest = '' } = announcement ?? {}
        const args = [id, member(hold), bit ?? -1, holdEnded, `${org}:${seatId}`, channel, rest]
        return this.#sure(eventId, () => runScript(this.redis, forgetHold, at, args), announcement)
      }),
    )
  }

  /** Moves holds to a later end. `hold.heldUntil` is the new end, `before` the old one. */
  async extend(holds: readonly { readonly hold: Hold; readonly before: number }[]): Promise<void> {
    await Promise.all(
      holds.map(({ hold, before }) => {
        const { organizationId: org, eventId, seatId, id, heldUntil } = hold
        const at = [keys.lock(org, seatId), keys.holds(org, eventId), keys.meta(org, id)]
        const end = this.#lockEnd(hold)
        const score = Math.floor(heldUntil / 1000)
        const args = [
          id,
          lockValue(hold),
          member(hold, before),
          member(hold),
          score,
          end,
          new Date(heldUntil).toISOString(),
        ]
        return this.#sure(eventId, () => runScript(this.redis, extendHold, at, args))
      }),
    )
  }

  /** Gives a lock back that its hold did not get; compare-and-delete. */
  unlock(hold: Hold): Promise<void> {
    return this.#sure(hold.eventId, () =>
      runScript(this.redis, unlock, [keys.lock(hold.organizationId, hold.seatId)], [hold.id]),
    )
  }

  /** Makes sure that the event's bitmap, locks and list of holds are in Redis. */
  async ensure(org: string, eventId: string): Promise<void> {
    if ((await this.redis.exists(keys.bitmap(org, eventId))) === 0) await rebuild(this, org, eventId, false)
  }

  #lockEnd(hold: Hold): number {
    return Math.floor(hold.heldUntil / 1000) + this.graceS
  }

  async #sure(eventId: string, work: () => Promise<unknown>, announcement?: Announcement): Promise<void> {
    try {
      await work()
    } catch {
      this.#missed.add(eventId)
      if (announcement !== undefined) countLost(this.metrics)
      this.metrics.count('voelgoedevents_seating_hold_redis_fallback_total')
    }
  }

  async #catchUp(): Promise<void> {
    const due = new Set(this.#missed)
    this.#missed.clear()
    for (const eventId of due) {
      await this.#sure(eventId, () => rebuild(this, undefined, eventId, true))
    }
  }
}
