import type { App, DeviceCaller } from '../kernel.js'

/** Scanning is possible: live, or postponed inside the new window (contract §5, Event). SQL over a row `e` of `events`. */
export const scannable = `(e.status = 'live' OR (e.status = 'postponed' AND e.start_at <= now() AND (e.end_at IS NULL OR e.end_at > now())))`

/** A ticket as a gate sees it. */
export interface TicketAtGate {
  readonly id: string
  readonly event_id: string
  readonly status: 'active' | 'scanned' | 'used' | 'voided' | 'refunded'
  readonly scanned_at: Date | null
  readonly last_gate_id: string | null
  readonly seat_id: string
  readonly block_name: string | null
  readonly row_letter: string | null
  readonly seat_number: string | null
  readonly scannable: boolean
  readonly event_capacity: number
  readonly gate_event_id: string
  readonly gate_name: string
  readonly gate_capacity: number | null
}

const byCode = `
  SELECT t.id, t.event_id, t.status, t.scanned_at, t.last_gate_id, t.seat_id, b.name AS block_name, s.row_letter, s.seat_number,
    ${scannable} AS scannable, e.capacity AS event_capacity,
    g.event_id AS gate_event_id, g.name AS gate_name, g.capacity AS gate_capacity
  FROM tickets t
  JOIN events e ON e.id = t.event_id
  JOIN gates g ON g.id = $3 AND g.organization_id = t.organization_id
  LEFT JOIN seats s ON s.id = t.seat_id
  LEFT JOIN blocks b ON b.id = s.block_id
  WHERE t.organization_id = $1 AND t.ticket_code = $2`

/** The ticket with that code in the device's tenant, as that device's gate sees it. */
export async function findTicket(
  app: App,
  caller: DeviceCaller,
  code: string,
): Promise<TicketAtGate | undefined> {
  const [ticket] = await app.pg.query<TicketAtGate>(byCode, [caller.organizationId, code, caller.gateId])
  return ticket
}

const statusReasons = {
  active: undefined,
  scanned: 'already_scanned',
  used: 'ticket_already_used',
  voided: 'ticket_voided',
  refunded: 'ticket_refunded',
} as const

/** The contract's word (§4, deny reasons) for why a ticket is not let in at a gate; undefined when nothing speaks against it. */
export function reasonAgainst(
  ticket: Pick<TicketAtGate, 'status' | 'scanned_at' | 'event_id' | 'gate_event_id' | 'scannable'>,
  at: Date,
  reentryAfterS: number,
): string | undefined {
  if (ticket.event_id !== ticket.gate_event_id) return 'wrong_event'
  if (!ticket.scannable) return 'event_not_live'
  const back = reentryAfterS > 0 && ticket.status === 'scanned' && ticket.scanned_at !== null
  if (back && at.getTime() - ticket.scanned_at.getTime() >= reentryAfterS * 1000) return undefined
  return statusReasons[ticket.status]
}
