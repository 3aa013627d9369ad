import { afterRelease, cancelHolds, type Reason } from '../holds/release.js'
import type { Queryable } from '../database.js'
import type { App } from '../kernel.js'
import { keys } from '../redis/keys.js'

const items = `
  SELECT seat_hold_id AS hold FROM checkout_items WHERE checkout_id = $1 ORDER BY seat_hold_id`

async function holdIds(on: Queryable, checkoutId: string): Promise<string[]> {
  return (await on.query<{ hold: string }>(items, [checkoutId])).map((row) => row.hold)
}

/**
 * Ends an unpaid checkout as cancelled or failed, and releases its holds, in one transaction; then Redis. `close` runs
 * first in that transaction and says whether there is anything to do. Returns the seats that were freed by this call.
 */
export async function closeCheckout(
  app: App,
  checkout: { readonly id: string; readonly organizationId: string },
  reason: Reason,
  close: (tx: Queryable) => Promise<boolean>,
): Promise<string[]> {
  const released = await app.pg.transaction(async (tx) => {
    if (!(await close(tx))) return []
    return cancelHolds(tx, await holdIds(tx, checkout.id), reason)
  })
  await afterRelease(app, released)
  await app.redis.del(keys.checkout(checkout.organizationId, checkout.id)).catch(() => undefined)
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
