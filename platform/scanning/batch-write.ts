import type { Queryable } from '../database.js'
import type { DeviceCaller } from '../kernel.js'
import type { JudgedScan, Judgement, LockedTicket } from './batch-judge.js'
import type { OfflineScan } from './batch-request.js'
import { scannable } from './lookup.js'

/** Claims the batch's id; false when it was run before. Waits for one that runs at this moment. */
export async function claimBatch(tx: Queryable, caller: DeviceCaller, batchId: string): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO batch_syncs (organization_id, batch_id, device_id, processed_count, error_count) VALUES ($1, $2, $3, 0, 0)
     ON CONFLICT (organization_id, batch_id) DO NOTHING RETURNING id`,
    [caller.organizationId, batchId, caller.deviceId],
  )
  return rows.length > 0
}

/** The reply that the batch got, byte for byte. */
export async function replyOf(
  db: Queryable,
  caller: DeviceCaller,
  batchId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ reply: string | null }>(
    'SELECT reply FROM batch_syncs WHERE organization_id = $1 AND batch_id = $2',
    [caller.organizationId, batchId],
  )
  return row?.reply ?? undefined
}

/** A scan keeps its id in any batch in which a device sends it. */
const scanId = (caller: DeviceCaller, offlineId: string): string => `${caller.deviceId}:${offlineId}`

/** Offline ids of this device that an earlier batch brought. */
export async function knownScans(
  tx: Queryable,
  caller: DeviceCaller,
  scans: readonly OfflineScan[],
): Promise<Set<string>> {
  const ids = scans.map(({ offlineId }) => scanId(caller, offlineId))
  const rows = await tx.query<{ scan_id: string }>(
    'SELECT scan_id FROM scans WHERE organization_id = $1 AND scan_id = ANY($2::text[])',
    [caller.organizationId, ids],
  )
  return new Set(rows.map(({ scan_id }) => scan_id.slice(caller.deviceId.length + 1)))
}

/** The batch's tickets by code, locked in one order, so that two batches never wait for each other in a circle. */
export async function lockTickets(
  tx: Queryable,
  caller: DeviceCaller,
  scans: readonly OfflineScan[],
): Promise<Map<string, LockedTicket>> {
  const codes = [...new Set(scans.map(({ code }) => code))]
  await tx.query(
    'SELECT id FROM tickets WHERE organization_id = $1 AND ticket_code = ANY($2::text[]) ORDER BY id FOR UPDATE',
    [caller.organizationId, codes],
  )
  // A statement of its own: its snapshot is taken after the locks, so it sees who admitted what meanwhile.
  const rows = await tx.query<LockedTicket>(
    `SELECT t.id, t.event_id, t.ticket_code, t.status, t.scanned_at, g.event_id AS gate_event_id, ${scannable} AS scannable,
       a.id AS admitted_scan, a.source AS admitted_source
     FROM tickets t
     JOIN events e ON e.id = t.event_id
     JOIN gates g ON g.id = $3 AND g.organization_id = t.organization_id
     LEFT JOIN LATERAL (
       SELECT id, source FROM scans WHERE ticket_id = t.id AND status = 'admitted' ORDER BY scanned_at DESC LIMIT 1
     ) a ON true
     WHERE t.organization_id = $1 AND t.ticket_code = ANY($2::text[])`,
    [caller.organizationId, codes, caller.gateId],
  )
  return new Map(rows.map((row) => [row.ticket_code, row]))
}

/** Writes what was decided: three statements, whatever the size of the batch. */
export async function writeJudgement(
  tx: Queryable,
  caller: DeviceCaller,
  batchId: string,
  judgement: Judgement,
): Promise<void> {
  const { overruled } = judgement
  if (overruled.length > 0)
    await tx.query(
      `UPDATE scans SET status = 'denied', reason = 'already_scanned' WHERE id = ANY($1::uuid[])`,
      [overruled],
    )
  const fresh = judgement.scans.filter(({ reason }) => reason !== 'already_synced')
  await insertScans(tx, caller, batchId, fresh)
  const admitted = fresh.flatMap(({ reason, ticket, scan }) =>
    reason === undefined && ticket !== undefined ? [{ ticket, scan }] : [],
  )
  await tx.query(
    `UPDATE tickets SET status = 'scanned', scanned_at = won.at, last_gate_id = $4, scan_count = scan_count + won.more
     FROM unnest($1::uuid[], $2::timestamptz[], $3::int[]) AS won (id, at, more) WHERE tickets.id = won.id`,
    [
      admitted.map(({ ticket }) => ticket.id),
      admitted.map(({ scan }) => scan.at.toISOString()),
      admitted.map(({ ticket }) =>
        ticket.admitted_scan !== null && overruled.includes(ticket.admitted_scan) ? 0 : 1,
      ),
      caller.gateId,
    ],
  )
}

async function insertScans(
  tx: Queryable,
  caller: DeviceCaller,
  batchId: string,
  scans: readonly JudgedScan[],
): Promise<void> {
  await tx.query(
    `INSERT INTO scans (organization_id, gate_id, device_id, batch_id, source, id, event_id, ticket_id, ticket_code, status,
       reason, scanned_at, scan_id)
     SELECT $1, $2, $3, $4, 'offline', one.* FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[],
       $11::timestamptz[], $12::text[]) AS one`,
    [
      caller.organizationId,
      caller.gateId,
      caller.deviceId,
      batchId,
      scans.map(({ rowId }) => rowId),
      scans.map(({ ticket }) => ticket?.event_id ?? null),
      scans.map(({ ticket }) => ticket?.id ?? null),
      scans.map(({ scan }) => scan.code),
      scans.map(({ reason }) => (reason === undefined ? 'admitted' : 'denied')),
      scans.map(({ reason }) => reason ?? null),
      scans.map(({ scan }) => scan.at.toISOString()),
      scans.map(({ scan }) => scanId(caller, scan.offlineId)),
    ],
  )
}

/** Keeps the reply with the batch, in its transaction. */
export async function keepReply(
  tx: Queryable,
  caller: DeviceCaller,
  batchId: string,
  processed: number,
  errors: number,
  reply: string,
): Promise<void> {
  await tx.query(
    `UPDATE batch_syncs SET processed_count = $3, error_count = $4, reply = $5 WHERE organization_id = $1 AND batch_id = $2`,
    [caller.organizationId, batchId, processed, errors, reply],
  )
}
