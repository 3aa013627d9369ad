import type { Admission, App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { ticketDenied } from '../realtime/scan-events.js'

/** Ticket to scanned and the scan's row, in one statement: both or none. */
const admit = `
  WITH taken AS (
    UPDATE tickets SET status = 'scanned', scanned_at = $1, last_gate_id = $2, scan_count = scan_count + 1
    WHERE id = $3 AND organization_id = $4
      AND (status = 'active' OR ($9::int > 0 AND status = 'scanned' AND scanned_at <= $1::timestamptz - make_interval(secs => $9::int)))
    RETURNING id, event_id
  )
  INSERT INTO scans (id, organization_id, event_id, ticket_id, ticket_code, gate_id, device_id, status, scanned_at, source)
  SELECT $5, $4, event_id, id, $6, $2, $7, 'admitted', $1, $8 FROM taken
  RETURNING id`

/** True when Postgres let this scan have the ticket. */
export async function writeAdmission(app: App, admission: Admission): Promise<boolean> {
  const rows = await app.pg.query(admit, [
    admission.scannedAt,
    admission.gateId,
    admission.ticketId,
    admission.organizationId,
    admission.scanId,
    admission.ticketCode,
    admission.deviceId,
    admission.source,
    app.settings.reentry_after_s,
  ])
  return rows.length > 0
}

export interface Denial {
  readonly organizationId: string
  readonly eventId: string | null
  readonly ticketId: string | null
  readonly ticketCode: string
  readonly gateId: string
  readonly deviceId: string
  readonly reason: string
  readonly scannedAt: Date
  /** Where the ticket was admitted, if it was. */
  readonly lastGateId: string | undefined
}

const deny = `
  INSERT INTO scans (organization_id, event_id, ticket_id, ticket_code, gate_id, device_id, status, reason, scanned_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'denied', $7, $8)
  RETURNING (SELECT name FROM gates WHERE gates.id = $9 AND gates.organization_id = $1) AS last_gate,
    (SELECT event_id FROM gates WHERE gates.id = $5 AND gates.organization_id = $1) AS gate_event`

/** Logs an attempt that was refused, and tells those who follow the gate's event; resolves with the name of the gate that admitted the ticket, if one did. */
export async function writeDenial(app: App, denial: Denial): Promise<string | null> {
  const [row] = await app.pg.query<{ last_gate: string | null; gate_event: string | null }>(deny, [
    denial.organizationId,
    denial.eventId,
    denial.ticketId,
    denial.ticketCode,
    denial.gateId,
    denial.deviceId,
    denial.reason,
    denial.scannedAt,
    denial.lastGateId ?? null,
  ])
  const at = nowMicros()
  const eventId = row?.gate_event ?? denial.eventId
  if (eventId !== null) await app.bus.publish(ticketDenied({ ...denial, eventId, at }, denial.reason))
  return row?.last_gate ?? null
}
