import type { App, DeviceCaller } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { ticketAdmitted } from '../realtime/scan-events.js'
import { keys } from '../redis/keys.js'
import { runScript } from '../redis/scripts.js'
import { lastScanLife } from './admit.js'
import { judgeBatch, type JudgedScan, type Judgement } from './batch-judge.js'
import type { BatchRequest } from './batch-request.js'
import { claimBatch, keepReply, knownScans, lockTickets, replyOf, writeJudgement } from './batch-write.js'
import { keepLastScans, recordScans } from './scripts.js'

const missing = new Set(['ticket_not_found'])
const duplicate = new Set(['already_scanned', 'already_synced', 'ticket_already_used'])

/**
 * Runs an offline batch once, in one transaction (contract §5: earliest corrected time wins; an error rolls it all back).
 * Resolves with the reply's text, the very same when the batch comes again.
 */
export async function syncBatch(
  app: App,
  caller: DeviceCaller,
  { batchId, scans }: BatchRequest,
): Promise<string> {
  const started = performance.now()
  const done = await app.pg.transaction(async (tx) => {
    if (!(await claimBatch(tx, caller, batchId))) return undefined
    const known = await knownScans(tx, caller, scans)
    const tickets = await lockTickets(tx, caller, scans)
    const judgement = judgeBatch(scans, tickets, known, new Date(), {
      reentryAfterS: app.settings.reentry_after_s,
      clockToleranceS: app.settings.scan_clock_tolerance_s,
    })
    await writeJudgement(tx, caller, batchId, judgement)
    const reply = replyTo(batchId, judgement, (performance.now() - started) / 1000)
    const errors = judgement.scans.filter(({ reason }) => reason !== undefined).length
    await keepReply(tx, caller, batchId, scans.length - errors, errors, reply)
    return { judgement, reply }
  })
  const at = nowMicros()
  if (done !== undefined) {
    await tellRedis(app, caller, done.judgement).catch(() => undefined)
    await broadcast(app, caller, done.judgement, at)
    return done.reply
  }
  const earlier = await replyOf(app.pg, caller, batchId)
  if (earlier === undefined) throw new Error(`batch ${batchId} has no reply`)
  return earlier
}

function replyTo(batchId: string, { scans }: Judgement, seconds: number): string {
  const refused = scans.flatMap((one) => (one.reason === undefined ? [] : [{ ...one, reason: one.reason }]))
  const count = (of: ReadonlySet<string>): number => refused.filter(({ reason }) => of.has(reason)).length
  const [duplicates, absent] = [count(duplicate), count(missing)]
  return JSON.stringify({
    batch_id: batchId,
    status: refused.length === 0 ? 'completed' : 'completed_with_errors',
    processed_count: scans.length - refused.length,
    error_count: refused.length,
    summary: {
      total_scans: scans.length,
      new_scans: scans.length - refused.length,
      duplicate_scans: duplicates,
      missing_tickets: absent,
      invalid_tickets: refused.length - duplicates - absent,
    },
    errors: refused.map(({ scan, reason, lastScanAt }) => ({
      offline_id: scan.offlineId,
      ticket_code: scan.code,
      reason,
      last_scan_at: lastScanAt?.toISOString() ?? null,
    })),
    sync_duration_seconds: Math.round(seconds * 1000) / 1000,
  })
}

const admittedIn = ({ scans }: Judgement) =>
  scans.flatMap((one) =>
    one.reason === undefined && one.ticket !== undefined ? [{ ...one, ticket: one.ticket }] : [],
  )

/** After Redis: admissions, in the batch's order. What was refused is told to the device alone, whose guests are long gone. */
async function broadcast(
  app: App,
  { organizationId, gateId, deviceId }: DeviceCaller,
  judgement: Judgement,
  at: number,
): Promise<void> {
  const admitted = admittedIn(judgement)
  const events = admitted.map(({ ticket, scan }) =>
    ticketAdmitted(
      {
        organizationId,
        eventId: ticket.event_id,
        ticketCode: scan.code,
        gateId,
        deviceId,
        scannedAt: scan.at,
        at,
      },
      undefined,
    ),
  )
  await Promise.all(events.map((event) => app.bus.publish(event)))
  const [first] = admitted
  if (first !== undefined) app.jobs.gateChanged(organizationId, first.ticket.event_id, gateId)
}

/** After the commit: last scans as far as they still matter, recent scans, and counts that must be taken anew. */
async function tellRedis(app: App, caller: DeviceCaller, judgement: Judgement): Promise<void> {
  const { organizationId: org, gateId } = caller
  const admitted = admittedIn(judgement)
  const [first] = admitted
  if (first === undefined) return
  const event = first.ticket.event_id
  const now = Math.floor(Date.now() / 1000)
  const unix = ({ scan }: JudgedScan): number => Math.floor(scan.at.getTime() / 1000)
  const recent = admitted.filter((one) => now - unix(one) < lastScanLife(app))
  for (let from = 0; from < recent.length; from += 1000) {
    const some = recent.slice(from, from + 1000)
    const lives = some.flatMap((one) => [
      `${one.rowId}:${gateId}:${unix(one)}`,
      Math.max(1, lastScanLife(app) - Math.max(0, now - unix(one))),
    ])
    await runScript(
      app.redis,
      keepLastScans,
      some.map(({ scan }) => keys.lastScan(org, scan.code)),
      lives,
    )
    const args = [
      now,
      app.settings.duplicate_scan_window_s,
      ...some.flatMap((one) => [one.scan.code, unix(one)]),
    ]
    await runScript(app.redis, recordScans, [keys.recentScans(org, event), keys.occupancy(org, event)], args)
  }
  await app.redis.del(keys.admissions(org, event), keys.occupancy(org, event))
}
