import type { EventInfo, UserCaller } from './kernel.js'
import type { Metrics } from './metrics.js'

/** A table in this process, standing for an ETS table: values with an end, the oldest dropped when it is full. */
export class HotTable<V> {
  readonly #rows = new Map<string, { readonly value: V; readonly until: number }>()

  constructor(
    readonly name: string,
    readonly metrics: Metrics,
    readonly ttlMs: number,
    readonly max: number,
  ) {}

  get(key: string): V | undefined {
    const row = this.#rows.get(key)
    const live = row !== undefined && row.until > Date.now()
    this.metrics.lookup(this.name, 'ets', live)
    if (live) return row.value
    if (row !== undefined) this.#rows.delete(key)
    return undefined
  }

  /** Keeps a value for the table's life, or to `until` (milliseconds since 1970) when that is sooner. */
  set(key: string, value: V, until = Infinity): void {
    if (this.#rows.size >= this.max && !this.#rows.has(key)) {
      const oldest = this.#rows.keys().next()
      if (oldest.done !== true) this.#rows.delete(oldest.value)
    }
    this.#rows.set(key, { value, until: Math.min(Date.now() + this.ttlMs, until) })
  }

  delete(key: string): void {
    this.#rows.delete(key)
  }

  /** Drops every value of a kind. */
  drop(isOne: (value: V) => boolean): void {
    for (const [key, { value }] of this.#rows) if (isOne(value)) this.#rows.delete(key)
  }
}

export interface HotHold {
  readonly holdId: string
  readonly userId: string
  readonly until: number
}

/** The tables of one node (contract §6, ETS). */
export interface Cache {
  readonly sessions: HotTable<UserCaller>
  readonly events: HotTable<EventInfo>
  /** By `{organization}:{seat}`. Short-lived, and dropped on every node when Redis says that a hold ended. */
  readonly holds: HotTable<HotHold>
  /** Replies to provider events, by event id. */
  readonly webhooks: HotTable<string>
  /** Account codes of an organization's ledger by their number. */
  readonly ledgers: HotTable<ReadonlyMap<string, string>>
  /** How many seats of an event nobody may have, by event. */
  readonly blocked: HotTable<number>
}

export function createCache(metrics: Metrics): Cache {
  return {
    sessions: new HotTable('rbac_cache', metrics, 300_000, 200_000),
    events: new HotTable('pricing_cache', metrics, 1_800_000, 200),
    holds: new HotTable('seat_holds_hot', metrics, 2_000, 100_000),
    webhooks: new HotTable('webhook_cache', metrics, 86_400_000, 10_000),
    ledgers: new HotTable('ledger_accounts', metrics, 300_000, 10_000),
    blocked: new HotTable('blocked_seats', metrics, 60_000, 10_000),
  }
}
