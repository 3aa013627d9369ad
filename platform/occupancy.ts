import { Flights } from './flight.js'
import type { App } from './kernel.js'
import { keys } from './redis/keys.js'

/** Counts of an event's seats by status. */
export interface Occupancy {
  readonly available: number
  readonly held: number
  readonly sold: number
  readonly blocked: number
}

const flights = new Flights<{ readonly occupancy: Occupancy; readonly isCounted: boolean }>()

/** Counts from Postgres, kept in Redis for `occupancy_ttl_s` or until the next change (C17). */
export async function countSeats(app: App, organizationId: string, eventId: string): Promise<Occupancy> {
  const rows = await app.pg.query<{ status: keyof Occupancy; n: number }>(
    'SELECT status, count(*)::int AS n FROM seats WHERE organization_id = $1 AND event_id = $2 GROUP BY status',
    [organizationId, eventId],
  )
  const occupancy: Occupancy = {
    available: 0,
    held: 0,
    sold: 0,
    blocked: 0,
    ...Object.fromEntries(rows.map((row) => [row.status, row.n])),
  }
  const key = keys.occupancy(organizationId, eventId)
  await app.redis.set(key, JSON.stringify(occupancy), 'EX', app.settings.occupancy_ttl_s).catch(() => null)
  return occupancy
}

/** An event's counts: Redis, else Postgres; one count however many ask. */
export async function occupancyOf(app: App, organizationId: string, eventId: string): Promise<Occupancy> {
  const { occupancy, isCounted } = await flights.once(`${app.node}:${eventId}`, async () => {
    const kept = await app.redis.get(keys.occupancy(organizationId, eventId)).catch(() => null)
    app.metrics.lookup('occupancy_cache', 'redis', kept !== null)
    return kept === null
      ? { occupancy: await countSeats(app, organizationId, eventId), isCounted: true }
      : { occupancy: JSON.parse(kept) as Occupancy, isCounted: false }
  })
  if (isCounted) app.pg.waited()
  return occupancy
}
