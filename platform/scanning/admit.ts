import { sqlState } from '../database.js'
import type { Admission, AdmissionCounts, AdmitOutcome, App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { ticketAdmitted } from '../realtime/scan-events.js'
import { keys } from '../redis/keys.js'
import { runScript } from '../redis/scripts.js'
import { guestsAt } from './gate.js'
import { claimTicket, recordScans, unclaimTicket } from './scripts.js'
import { writeAdmission } from './write.js'

/** A claim this old whose ticket is still active belongs to a scan that never ended; Postgres decides then. */
const abandonedAfterMs = 5_000

type Claim =
  | { readonly kind: 'mine'; readonly counts: { readonly gate: number; readonly event: number } | undefined }
  | { readonly kind: 'other'; readonly gateId: string | undefined; readonly at: Date }
  | { readonly kind: 'full' }
  | { readonly kind: 'unavailable' }

/** `{scan}:{gate}:{unix}` (contract §6, last scan). */
export const lastScanValue = ({ scanId, gateId, scannedAt }: Admission): string =>
  `${scanId}:${gateId}:${Math.floor(scannedAt.getTime() / 1000)}`

/** The gate and time within a last scan's value. */
export function readLastScan(value: string): { readonly gateId: string | undefined; readonly at: Date } {
  const [, gateId, unix] = value.split(':')
  return { gateId, at: new Date(Number(unix) * 1000) }
}

/** How long a last scan is remembered, seconds: not beyond the time at which re-entry is allowed. */
export function lastScanLife({ settings }: App): number {
  const { duplicate_scan_window_s: life, reentry_after_s: reentry } = settings
  return reentry > 0 ? Math.min(life, reentry) : life
}

const scanKeys = ({ organizationId: org, eventId, ticketCode }: Admission): string[] => [
  keys.lastScan(org, ticketCode),
  keys.admissions(org, eventId),
]

async function claim(app: App, admission: Admission): Promise<Claim> {
  const args = [lastScanValue(admission), lastScanLife(app), admission.gateId, admission.gateCapacity ?? -1]
  let answer: unknown
  try {
    answer = await runScript(app.redis, claimTicket, scanKeys(admission), args)
  } catch {
    return { kind: 'unavailable' }
  }
  const [code, first, second] = Array.isArray(answer) ? (answer as unknown[]) : []
  if (code === 1)
    return {
      kind: 'mine',
      counts: typeof first === 'number' ? { gate: first, event: Number(second) } : undefined,
    }
  return code === 2 ? { kind: 'full' } : { kind: 'other', ...readLastScan(String(first)) }
}

/** SET NX in Redis, then the conditional update in Postgres, whose unique index is the last line (contract §6, atomic). */
export async function admitTicket(app: App, admission: Admission): Promise<AdmitOutcome> {
  const claimed = await claim(app, admission)
  if (claimed.kind === 'full') return claimed
  if (claimed.kind === 'other' && Date.now() - claimed.at.getTime() < abandonedAfterMs)
    return { ...claimed, kind: 'duplicate' }
  const outcome = await decide(app, admission, claimed)
  if (outcome.kind !== 'admitted') {
    if (claimed.kind === 'mine') await giveBack(app, admission)
    return outcome
  }
  await remember(app, admission, outcome.counts)
  return outcome
}

async function decide(app: App, admission: Admission, claimed: Claim): Promise<AdmitOutcome> {
  try {
    if (!(await writeAdmission(app, admission))) return { kind: 'inactive' }
    return { kind: 'admitted', counts: claimed.kind === 'mine' ? claimed.counts : undefined }
  } catch (error) {
    if (sqlState(error) === '23505') return { kind: 'inactive' }
    if (claimed.kind === 'mine') await giveBack(app, admission)
    throw error
  }
}

async function giveBack(app: App, admission: Admission): Promise<void> {
  const args = [lastScanValue(admission), admission.gateId]
  await runScript(app.redis, unclaimTicket, scanKeys(admission), args).catch(() => undefined)
}

/** What other readers of Redis, and then all who follow the event, learn as soon as the admission is committed. */
export async function remember(app: App, admission: Admission, counts?: AdmissionCounts): Promise<void> {
  const at = nowMicros()
  const { organizationId: org, eventId, gateId, ticketCode, scannedAt } = admission
  const unix = Math.floor(scannedAt.getTime() / 1000)
  const args = [Math.floor(Date.now() / 1000), app.settings.duplicate_scan_window_s, ticketCode, unix]
  await runScript(
    app.redis,
    recordScans,
    [keys.recentScans(org, eventId), keys.occupancy(org, eventId)],
    args,
  ).catch(() => undefined)
  const guests = counts?.gate ?? (await guestsAt(app, admission, gateId).catch(() => undefined))
  await app.bus.publish(ticketAdmitted({ ...admission, at }, guests))
  app.jobs.gateChanged(org, eventId, gateId)
}
