import type { App } from '../kernel.js'
import { payloadId } from './payload.js'

/** The tickets' mail; here its record in the audit log, once a checkout. */
export async function ticketDelivery(app: App, payload: unknown): Promise<void> {
  await app.pg.query(
    `INSERT INTO audit_logs (organization_id, action, entity_type, entity_id, details)
     SELECT organization_id, 'tickets_mailed', 'checkout', id,
       jsonb_build_object('tickets', (SELECT count(*) FROM tickets WHERE checkout_id = checkouts.id))
     FROM checkouts WHERE id = $1 AND status = 'completed'
       AND NOT EXISTS (SELECT FROM audit_logs WHERE organization_id = checkouts.organization_id
         AND action = 'tickets_mailed' AND entity_id = checkouts.id)`,
    [payloadId(payload, 'checkout_id')],
  )
}
