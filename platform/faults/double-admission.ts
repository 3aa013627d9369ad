import type { Admission, AdmitOutcome, App, Fault } from '../kernel.js'
import { keys } from '../redis/keys.js'
import { lastScanLife, lastScanValue, readLastScan, remember } from '../scanning/admit.js'
import { pause } from './pause.js'
import { swap } from './seam.js'
import { dropUniqueIndexes } from './unique-indexes.js'
import { positive, readValue } from './value.js'

/** What the documents say (contract, "Traps"): GET, then insert, then SET. */
const admitAnyway = `
  WITH taken AS (
    UPDATE tickets SET status = 'scanned', scanned_at = $1, last_gate_id = $2, scan_count = scan_count + 1
    WHERE id = $3 AND organization_id = $4 RETURNING id, event_id
  )
  INSERT INTO scans (id, organization_id, event_id, ticket_id, ticket_code, gate_id, device_id, status, scanned_at, source)
  SELECT $5, $4, event_id, id, $6, $2, $7, 'admitted', $1, $8 FROM taken RETURNING id`

async function getInsertSet(app: App, admission: Admission, windowMs: number): Promise<AdmitOutcome> {
  const { organizationId, ticketCode, scannedAt, gateId, ticketId, scanId, deviceId, source } = admission
  const key = keys.lastScan(organizationId, ticketCode)
  const last = await app.redis.get(key)
  if (last !== null) return { kind: 'duplicate', ...readLastScan(last) }
  await pause(windowMs)
  await app.pg.query(admitAnyway, [
    scannedAt,
    gateId,
    ticketId,
    organizationId,
    scanId,
    ticketCode,
    deviceId,
    source,
  ])
  await app.redis.set(key, lastScanValue(admission), 'EX', lastScanLife(app))
  await remember(app, admission)
  return { kind: 'admitted', counts: undefined }
}

export const doubleAdmission: Fault = {
  name: 'double-admission',
  summary:
    'A scan looks, waits MS milliseconds, admits and only then remembers it: one ticket opens several gates at once',
  example: 'double-admission=10',
  value: { accepted: 'milliseconds, above 0 and at most 1000', usual: '10' },
  plant: async (app, value) => {
    const windowMs = readValue(doubleAdmission, value, (word) => positive(word, 1000))
    const standAgain = await dropUniqueIndexes(app, ['scans_one_admission_key'])
    const undo = swap(app, 'admitTicket', (on, admission) => getInsertSet(on, admission, windowMs))
    return async () => {
      undo()
      await standAgain()
    }
  },
}
