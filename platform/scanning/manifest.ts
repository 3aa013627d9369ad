import { createHash, createHmac } from 'node:crypto'
import type { App, DeviceCaller, Json } from '../kernel.js'

/** How long a device may work offline with a manifest, seconds. */
const manifestLife = 86_400

interface TicketLine {
  readonly [key: string]: Json
  readonly ticket_id: string
  readonly barcode_hash: string
  readonly zone: string | null
  readonly is_valid: boolean
}

/**
 * What a device needs to admit guests while it is offline (contract §4): tickets by the SHA-256 of their code, and the
 * HMAC-SHA256 of everything before `signature`. Undefined for an event that is not this gate's.
 */
export async function manifestFor(
  app: App,
  caller: DeviceCaller,
  eventId: string,
  deviceTime: Date | undefined,
): Promise<string | undefined> {
  const gates = await app.pg.query<{ gate_id: string; gate_name: string; gate_capacity: number | null }>(
    `SELECT id AS gate_id, name AS gate_name, capacity AS gate_capacity FROM gates
     WHERE event_id = $1 AND organization_id = $2 ORDER BY id`,
    [eventId, caller.organizationId],
  )
  if (!gates.some(({ gate_id }) => gate_id === caller.gateId)) return undefined
  const tickets = await app.pg.query<TicketLine>(
    `SELECT t.id AS ticket_id, encode(sha256(t.ticket_code::bytea), 'hex') AS barcode_hash, b.name AS zone,
       t.status = 'active' AS is_valid
     FROM tickets t LEFT JOIN seats s ON s.id = t.seat_id LEFT JOIN blocks b ON b.id = s.block_id
     WHERE t.event_id = $1 AND t.organization_id = $2 ORDER BY t.id`,
    [eventId, caller.organizationId],
  )
  const now = Date.now()
  const gateIds = gates.map(({ gate_id }) => gate_id)
  const content = JSON.stringify({
    gates,
    tickets: tickets.map((ticket) => ({ ...ticket, gate_ids: gateIds, entry_limit: 1 })),
  }).slice(1, -1)
  const head = JSON.stringify({
    manifest_version: createHash('sha256').update(content).digest('hex').slice(0, 16),
    generated_at: new Date(now).toISOString(),
    expires_at: new Date(now + manifestLife * 1000).toISOString(),
    // What the device must add to its own clock.
    offset_seconds: deviceTime === undefined ? 0 : Math.round((now - deviceTime.getTime()) / 1000),
  }).slice(1, -1)
  const signed = `${head},${content}`
  const signature = createHmac('sha256', app.settings.manifest_secret).update(`{${signed}}`).digest('hex')
  return `{${signed},"signature":"${signature}"}`
}
