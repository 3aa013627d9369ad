import { onSale } from '../catalogue.js'
import { sqlState, type Queryable } from '../database.js'
import type { App, Claimed, Hold } from '../kernel.js'

const claim = `
  WITH seat AS (
    UPDATE seats SET status = 'held', held_until = $5, seat_hold_id = $1, version = version + 1
    WHERE id = $2 AND event_id = $3 AND organization_id = $4 AND status = 'available'
      AND EXISTS (SELECT FROM events WHERE id = $3 AND ${onSale})
    RETURNING id, version, block_id
  ), hold AS (
    INSERT INTO seat_holds (id, seat_id, event_id, organization_id, held_until, user_id, source)
    SELECT $1, id, $3, $4, $5, $6::uuid, $7::text FROM seat
  )
  SELECT version, block_id FROM seat`

export interface ClaimRow {
  version: number
  block_id: string
}

/** What a claim changed, by the row that it gave back; false when it gave none. */
export const claimedBy = (row: ClaimRow | undefined): Claimed | false =>
  row !== undefined && { version: row.version, blockId: row.block_id }

const uniqueViolation = '23505'
const lockNotAvailable = '55P03'

/**
 * Seat to held with a version bump and the hold inserted, all or nothing in one statement. False when the seat was not
 * available or its event not on sale. `nowait` is for days without Redis: a locked row counts as taken (C18).
 */
export async function claimSeat(
  app: App,
  hold: Hold,
  source: string,
  nowait: boolean,
): Promise<Claimed | false> {
  const { id, seatId, eventId, organizationId, heldUntil, userId } = hold
  const values = [id, seatId, eventId, organizationId, new Date(heldUntil), userId, source]
  const run = async (on: Queryable): Promise<Claimed | false> =>
    claimedBy((await on.query<ClaimRow>(claim, values))[0])
  try {
    if (!nowait) return await run(app.pg)
    return await app.pg.transaction(async (tx) => {
      await tx.query('SELECT FROM seats WHERE id = $1 FOR UPDATE NOWAIT', [seatId])
      return run(tx)
    })
  } catch (error) {
    const state = sqlState(error)
    if (state === uniqueViolation || (nowait && state === lockNotAvailable)) return false
    throw error
  }
}
