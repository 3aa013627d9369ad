import type { App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import type { Place } from '../realtime/kernel.js'
import { gateOccupancyUpdated } from '../realtime/scan-events.js'
import { keys } from '../redis/keys.js'
import { countAdmissions } from './occupancy.js'

/** Guests that a gate has let in: Redis, else counted in Postgres. */
export async function guestsAt(
  app: App,
  { organizationId, eventId }: Place,
  gateId: string,
): Promise<number> {
  const kept = await app.redis
    .hmget(keys.admissions(organizationId, eventId), 'total', gateId)
    .catch(() => [])
  const [total, here] = kept
  if (typeof total === 'string') return Number(here ?? 0)
  return (await countAdmissions(app, organizationId, eventId, gateId)).gate
}

/** Broadcasts how full a gate is. */
export async function tellGate(app: App, place: Place, gateId: string): Promise<void> {
  const at = nowMicros()
  const [[gate], current] = await Promise.all([
    app.pg.query<{ capacity: number | null }>(
      'SELECT capacity FROM gates WHERE id = $1 AND organization_id = $2',
      [gateId, place.organizationId],
    ),
    guestsAt(app, place, gateId),
  ])
  if (gate === undefined) return
  await app.bus.publish(gateOccupancyUpdated(place, { id: gateId, current, capacity: gate.capacity }, at))
}
