import type { App } from '../kernel.js'
import { keys } from '../redis/keys.js'
import { payloadId } from './payload.js'

/** An unpaid checkout past its end is abandoned. Its holds stay until their own end: none is released early (I7). */
export async function checkoutAbandon(app: App, payload: unknown): Promise<void> {
  const [row] = await app.pg.query<{ id: string; organization_id: string }>(
    `UPDATE checkouts SET status = 'abandoned'
     WHERE id = $1 AND status IN ('started', 'awaiting_payment') AND expires_at <= now() RETURNING id, organization_id`,
    [payloadId(payload, 'checkout_id')],
  )
  if (row !== undefined) await app.redis.del(keys.checkout(row.organization_id, row.id))
}
