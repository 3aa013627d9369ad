import { randomUUID } from 'node:crypto'
import type { App, DeviceCaller, Reply, Req, Route } from '../kernel.js'
import { limited } from '../limits.js'
import { refuse } from '../errors.js'
import { keys } from '../redis/keys.js'
import { findTicket, reasonAgainst, type TicketAtGate } from '../scanning/lookup.js'
import { countAdmissions, occupancyOf } from '../scanning/occupancy.js'
import { readScan, type ScanRequest } from '../scanning/request.js'
import { writeDenial } from '../scanning/write.js'

interface Earlier {
  readonly at: Date | null
  readonly gateId: string | undefined
}

/** POST /api/scans (contract §4, §5): one admission a ticket, every refusal logged. */
async function scan(app: App, req: Req<DeviceCaller>): Promise<Reply> {
  const { caller } = req
  const request = readScan(app, caller, req.json)
  const { limit_scan_per_device: limit, limit_scan_window_s: window } = app.settings
  const tooMany = await limited(
    app,
    `${keys.scanRate(caller.organizationId, caller.deviceId)}:online`,
    limit,
    window,
  )
  if (tooMany !== undefined) return tooMany
  const ticket = await findTicket(app, caller, request.code)
  if (ticket === undefined) {
    await logDenial(app, caller, request, undefined, 'not_found', undefined)
    return refuse(404, 'ticket_not_found', { ticket_code: request.code })
  }
  const reason = reasonAgainst(ticket, request.scannedAt, app.settings.reentry_after_s)
  if (reason !== undefined) return denied(app, caller, request, ticket, reason, lastOf(ticket))
  const outcome = await app.seams.admitTicket(app, {
    scanId: randomUUID(),
    organizationId: caller.organizationId,
    eventId: ticket.event_id,
    gateId: caller.gateId,
    deviceId: caller.deviceId,
    ticketId: ticket.id,
    ticketCode: request.code,
    scannedAt: request.scannedAt,
    source: request.source,
    gateCapacity: ticket.gate_capacity,
  })
  if (outcome.kind === 'full') return denied(app, caller, request, ticket, 'gate_at_capacity', lastOf(ticket))
  if (outcome.kind === 'duplicate')
    return denied(app, caller, request, ticket, 'already_scanned', {
      at: outcome.at ?? null,
      gateId: outcome.gateId,
    })
  if (outcome.kind === 'inactive') {
    const now = (await findTicket(app, caller, request.code)) ?? ticket
    const why = reasonAgainst(now, request.scannedAt, app.settings.reentry_after_s) ?? 'already_scanned'
    return denied(app, caller, request, now, why, lastOf(now))
  }
  const counts =
    outcome.counts ?? (await countAdmissions(app, caller.organizationId, ticket.event_id, caller.gateId))
  return {
    status: 200,
    body: {
      status: 'admitted',
      ticket_code: request.code,
      ticket_id: ticket.id,
      seat_info: {
        seat_id: ticket.seat_id,
        block_name: ticket.block_name,
        row: ticket.row_letter,
        seat_number: ticket.seat_number,
      },
      gate: { gate_id: caller.gateId, gate_name: ticket.gate_name },
      scanned_at: request.scannedAt.toISOString(),
      occupancy: occupancyOf(counts, ticket.gate_capacity, ticket.event_capacity),
      message: 'Welcome',
    },
  }
}

const lastOf = (ticket: TicketAtGate): Earlier => ({
  at: ticket.scanned_at,
  gateId: ticket.last_gate_id ?? undefined,
})

function logDenial(
  app: App,
  caller: DeviceCaller,
  request: ScanRequest,
  ticket: TicketAtGate | undefined,
  reason: string,
  lastGateId: string | undefined,
): Promise<string | null> {
  return writeDenial(app, {
    organizationId: caller.organizationId,
    eventId: ticket?.event_id ?? null,
    ticketId: ticket?.id ?? null,
    ticketCode: request.code,
    gateId: caller.gateId,
    deviceId: caller.deviceId,
    reason,
    scannedAt: request.scannedAt,
    lastGateId,
  })
}

async function denied(
  app: App,
  caller: DeviceCaller,
  request: ScanRequest,
  ticket: TicketAtGate,
  reason: string,
  earlier: Earlier,
): Promise<Reply> {
  const lastGate = await logDenial(app, caller, request, ticket, reason, earlier.gateId)
  return {
    status: 200,
    body: {
      status: 'denied',
      reason,
      ticket_code: request.code,
      last_scanned_at: earlier.at?.toISOString() ?? null,
      seconds_since_last_scan:
        earlier.at === null ? null : Math.max(0, Math.round((Date.now() - earlier.at.getTime()) / 1000)),
      last_gate_name: lastGate,
      message: 'Entry refused',
    },
  }
}

export const scanRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/scans', name: 'scan', auth: 'device', handle: scan },
]
