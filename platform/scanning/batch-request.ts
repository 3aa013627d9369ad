import { Refusal } from '../errors.js'
import type { App, DeviceCaller, Json, JsonBody } from '../kernel.js'
import { readTime, requireOwnDevice } from './request.js'

/** One scan that a device made while it was offline. */
export interface OfflineScan {
  readonly offlineId: string
  readonly code: string
  /** Corrected by the device's clock offset. */
  readonly at: Date
}

export interface BatchRequest {
  readonly batchId: string
  readonly scans: readonly OfflineScan[]
}

const bad = (code: string, message: string): Refusal => new Refusal(400, code, { message })

const isWord = (value: Json | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 200

/**
 * The body of an offline sync (contract §4, §5). `offset_seconds`, as the manifest told it, is added to each time.
 * @throws Refusal 401 for a foreign device, 400 for a body that does not fit, in size or age.
 */
export function readBatch(app: App, caller: DeviceCaller, json: JsonBody): BatchRequest {
  requireOwnDevice(caller, json['device_id'])
  const { sync_max_scans: most, sync_max_age_s: oldest, scan_clock_tolerance_s: tolerance } = app.settings
  const batchId = json['batch_id']
  if (!isWord(batchId)) throw bad('invalid_request', 'batch_id must be a text of 1 to 200 characters')
  const created = readTime(json['batch_created_at'])
  if (created === undefined) throw bad('invalid_request', 'batch_created_at must be a time in ISO 8601')
  const age = (Date.now() - created.getTime()) / 1000
  if (age > oldest)
    throw bad('batch_too_old', `batch_created_at is ${Math.round(age)} s ago, at most ${oldest} s are taken`)
  if (age < -tolerance)
    throw bad('invalid_request', `batch_created_at is ${Math.round(-age)} s in the future`)
  const scans = json['scans']
  if (!Array.isArray(scans) || scans.length < 1 || scans.length > most)
    throw bad('invalid_request', `scans must be a list of 1 to ${most}`)
  if (json['batch_size'] !== scans.length)
    throw bad(
      'batch_size_mismatch',
      `batch_size is ${JSON.stringify(json['batch_size'] ?? null)}, but there are ${scans.length} scans`,
    )
  const offset = json['offset_seconds'] ?? 0
  if (typeof offset !== 'number' || !Number.isFinite(offset))
    throw bad('invalid_request', 'offset_seconds must be a number')
  return { batchId, scans: scans.map((scan: Json, place) => readOne(scan, place, offset)) }
}

function readOne(scan: Json, place: number, offset: number): OfflineScan {
  const fields: JsonBody =
    typeof scan === 'object' && scan !== null && !Array.isArray(scan) ? (scan as JsonBody) : {}
  const { offline_id: offlineId, ticket_code: code, scanned_at: scannedAt } = fields
  const at = readTime(scannedAt)
  if (!isWord(offlineId) || !isWord(code) || at === undefined)
    throw bad(
      'invalid_request',
      `scans[${place}] must have offline_id, ticket_code and scanned_at (ISO 8601)`,
    )
  return { offlineId, code, at: new Date(at.getTime() + offset * 1000) }
}
