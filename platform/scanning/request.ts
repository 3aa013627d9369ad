import { Refusal } from '../errors.js'
import type { App, DeviceCaller, Json, JsonBody } from '../kernel.js'

/** Contract, "Traps": the pattern wins over the length. */
const codePattern = /^[A-Z0-9]{4}(-[A-Z0-9]{4}){2}$/

export const isTicketCode = (word: string): boolean => codePattern.test(word)

/** @throws Refusal 401 when the body names another device than the token's (contract §3). */
export function requireOwnDevice(caller: DeviceCaller, named: Json | undefined): void {
  if (named !== caller.deviceId)
    throw new Refusal(401, 'device_mismatch', { message: 'device_id is not the device of this token' })
}

/** A time in ISO 8601, or undefined. */
export function readTime(value: Json | undefined): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return undefined
  const time = new Date(value)
  return Number.isNaN(time.getTime()) ? undefined : time
}

export interface ScanRequest {
  readonly code: string
  readonly scannedAt: Date
  readonly source: 'online' | 'offline'
}

/**
 * The body of one scan.
 * @throws Refusal 401 for a foreign device, 422 for a malformed code, time, or a clock too far off (contract §4).
 */
export function readScan(app: App, caller: DeviceCaller, json: JsonBody): ScanRequest {
  requireOwnDevice(caller, json['device_id'])
  const code = json['ticket_code']
  if (typeof code !== 'string' || !isTicketCode(code))
    throw new Refusal(422, 'invalid_ticket_code', { message: 'ticket_code must look like ABCD-1234-EFGH' })
  const scannedAt = readTime(json['scanned_at'])
  if (scannedAt === undefined)
    throw new Refusal(422, 'invalid_scanned_at', { message: 'scanned_at must be a time in ISO 8601' })
  const tolerance = app.settings.scan_clock_tolerance_s
  if (Math.abs(Date.now() - scannedAt.getTime()) > tolerance * 1000)
    throw new Refusal(422, 'clock_skew', {
      message: `scanned_at is more than ${tolerance} s off the server's clock`,
    })
  return { code, scannedAt, source: json['offline_batch'] === true ? 'offline' : 'online' }
}
