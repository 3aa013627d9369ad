import { afterRelease, cancelHolds, type Reason } from '../holds/release.js'
import type { Queryable } from '../database.js'
import type { App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { checkoutAbandoned } from '../realtime/sale-events.js'
import { keys } from '../redis/keys.js'

const items = `
  SELECT c.event_id, c.user_id, i.seat_hold_id AS hold
  FROM checkouts c JOIN checkout_items i ON i.checkout_id = c.id WHERE c.id = $1 ORDER BY i.seat_hold_id`

interface Item {
  event_id: string
  user_id: string
  hold: string
}

/**
 * Ends an unpaid checkout as cancelled or failed, and releases its holds, in one transaction; then Redis and the
 * broadcasts. `close` runs
 * first in that transaction and says whether there is anything to do. Returns the seats that were freed by this call.
 */
export async function closeCheckout(
  app: App,
  checkout: { readonly id: string; readonly organizationId: string },
  reason: Reason,
  close: (tx: Queryable) => Promise<boolean>,
): Promise<string[]> {
  const { id, organizationId } = checkout
  const { held, released } = await app.pg.transaction(async (tx) => {
    if (!(await close(tx))) return { held: [], released: [] }
    const rows = await tx.query<Item>(items, [id])
    const ids = rows.map(({ hold }) => hold)
    return { held: rows, released: await cancelHolds(tx, ids, reason) }
  })
  const at = nowMicros()
  await afterRelease(app, released)
  await app.redis.del(keys.checkout(organizationId, id)).catch(() => undefined)
  const [item] = held
  if (item !== undefined) {
    const change = { organizationId, eventId: item.event_id, checkoutId: id, userId: item.user_id, at }
    await app.bus.publish(checkoutAbandoned(change, reason))
  }
  return released.map((row) => row.seat_id)
}

/** The seats whose holds this checkout gave back, now or earlier: a repeated cancel answers the same. */
export async function seatsGivenBack(app: App, checkoutId: string): Promise<string[]> {
  const rows = await app.pg.query<{ seat_id: string }>(
    `SELECT h.seat_id FROM checkout_items i JOIN seat_holds h ON h.id = i.seat_hold_id
     WHERE i.checkout_id = $1 AND h.status = 'cancelled' ORDER BY h.seat_id`,
    [checkoutId],
  )
  return rows.map((row) => row.seat_id)
}
