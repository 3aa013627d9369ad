import { findEvent } from '../catalogue.js'
import type { Queryable } from '../database.js'
import type { App, Hold } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import type { Announcement } from '../realtime/kernel.js'
import { seatReleased } from '../realtime/seat-events.js'
import type { Ended } from '../redis/registry.js'

/** Why a hold ends without a sale (contract §5, Hold). */
export type Reason = 'ttl_expired' | 'user_cancelled' | 'payment_failed' | 'admin_override'

/** A hold as the statements that end it return it. */
export interface HoldRow {
  id: string
  organization_id: string
  event_id: string
  seat_id: string
  user_id: string
  held_until: Date
}

/** A hold that ended, and its seat unless somebody else has that. */
export type ReleasedRow = HoldRow & { reason: string } & (
    | {
        seat_index: number
        version: number
        block_id: string
        row_letter: string
        seat_number: string
      }
    | { seat_index: null }
  )

/** Ends the active holds named by the CTE `due (id)` and frees their seats. Parameters: $1 status, $2 reason. */
export const releaseDue = `
  gone AS (
    UPDATE seat_holds h SET status = $1, release_reason = $2,
      expired_at = CASE WHEN $1 = 'expired' THEN now() END, cancelled_at = CASE WHEN $1 = 'cancelled' THEN now() END
    FROM due WHERE h.id = due.id AND h.status = 'active'
    RETURNING h.id, h.organization_id, h.event_id, h.seat_id, h.user_id, h.held_until, h.release_reason AS reason
  ), freed AS (
    UPDATE seats s SET status = 'available', held_until = NULL, seat_hold_id = NULL, version = version + 1
    FROM gone WHERE s.id = gone.seat_id AND s.seat_hold_id = gone.id AND s.status = 'held'
    RETURNING s.id, s.seat_index, s.version, s.block_id, s.row_letter, s.seat_number
  )
  SELECT gone.*, freed.seat_index, freed.version, freed.block_id, freed.row_letter, freed.seat_number
  FROM gone LEFT JOIN freed ON freed.id = gone.seat_id`

const byIds = `WITH due AS (
    SELECT id FROM seat_holds WHERE id = ANY($3::uuid[]) AND status = 'active' ORDER BY id FOR UPDATE
  ), ${releaseDue}`

/** Cancels holds by id. Those that are no longer active are left as they are. Follow with `afterRelease`. */
export function cancelHolds(on: Queryable, ids: readonly string[], reason: Reason): Promise<ReleasedRow[]> {
  return on.query<ReleasedRow>(byIds, ['cancelled', reason, ids])
}

export const holdOf = (row: HoldRow): Hold => ({
  id: row.id,
  organizationId: row.organization_id,
  eventId: row.event_id,
  seatId: row.seat_id,
  userId: row.user_id,
  heldUntil: row.held_until.getTime(),
})

/** The event of a seat that was freed at `at`, microseconds since 1970. */
async function released(app: App, row: ReleasedRow, at: number): Promise<Announcement | undefined> {
  if (row.seat_index === null) return undefined
  app.metrics.count('voelgoedevents_seating_changes_total', 'change="released"')
  const change = {
    organizationId: row.organization_id,
    eventId: row.event_id,
    seatId: row.seat_id,
    blockId: row.block_id,
    row: row.row_letter,
    number: row.seat_number,
    version: row.version,
    at,
    holdId: row.id,
    userId: row.user_id,
  }
  const event = await findEvent(app, row.event_id).catch(() => undefined)
  const seating = event && { seats: event.seats.size, blocked: 0 }
  return app.bus.announce(seatReleased(change, row.reason), seating)
}

/** As soon as the release is committed: Redis and with it the broadcast, then this node's tables. */
export async function afterRelease(app: App, rows: readonly ReleasedRow[]): Promise<void> {
  const at = nowMicros()
  const ended = await Promise.all(
    rows.map(async (row): Promise<Ended> => {
      const bit = row.seat_index === null ? undefined : app.seams.bitToMark(row.seat_index)
      return { hold: holdOf(row), bit, announcement: await released(app, row, at) }
    }),
  )
  await app.registry.forget(ended)
  for (const { hold } of ended) {
    app.cache.holds.delete(`${hold.organizationId}:${hold.seatId}`)
    app.jobs.occupancyChanged(hold.organizationId, hold.eventId)
  }
}
