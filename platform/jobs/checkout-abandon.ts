import type { App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { checkoutAbandoned } from '../realtime/sale-events.js'
import { keys } from '../redis/keys.js'
import { payloadId } from './payload.js'

/** An unpaid checkout past its end is abandoned. Its holds stay until their own end: none is released early (I7). */
export async function checkoutAbandon(app: App, payload: unknown): Promise<void> {
  const [row] = await app.pg.query<{
    id: string
    organization_id: string
    event_id: string
    user_id: string
  }>(
    `UPDATE checkouts SET status = 'abandoned'
     WHERE id = $1 AND status IN ('started', 'awaiting_payment') AND expires_at <= now() RETURNING id, organization_id, event_id, user_id`,
    [payloadId(payload, 'checkout_id')],
  )
  if (row === undefined) return
  const { id: checkoutId, organization_id: organizationId, event_id: eventId, user_id: userId } = row
  const change = { organizationId, eventId, checkoutId, userId, at: nowMicros() }
  await app.redis.del(keys.checkout(organizationId, checkoutId)).catch(() => undefined)
  await app.bus.publish(checkoutAbandoned(change, 'ttl_expired'))
}
