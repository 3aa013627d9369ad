import type { JsonBody } from '../kernel.js'
import { isoMicros } from './instant.js'
import type { DomainEvent } from './kernel.js'

/** A seat and the change of it that has just been committed. */
export interface SeatChange {
  readonly organizationId: string
  readonly eventId: string
  readonly seatId: string
  readonly blockId: string
  readonly row: string
  readonly number: string
  /** The seat's, after the change. */
  readonly version: number
  /** When the commit returned, microseconds since 1970. */
  readonly at: number
  readonly holdId: string
  readonly userId: string
}

/** Clients learn nothing of who holds it; the totals are added by whoever receives it (contract §7). */
function seatEvent(change: SeatChange, action: string, status: string, more: JsonBody): DomainEvent {
  return {
    organizationId: change.organizationId,
    eventId: change.eventId,
    domain: 'seating',
    suffix: `seating:seat:${action}`,
    event: `seat_${action}`,
    payload: {
      event_id: change.eventId,
      seat_id: change.seatId,
      block_id: change.blockId,
      seat: `${change.row}${change.number}`,
      seat_number: change.number,
      status,
      version: change.version,
      timestamp: isoMicros(change.at),
      ...more,
    },
    internal: { user_id: change.userId, hold_id: change.holdId },
  }
}

/** `heldUntil` is milliseconds since 1970. */
export function seatHeld(change: SeatChange, heldUntil: number): DomainEvent {
  return seatEvent(change, 'held', 'held', { held_until: new Date(heldUntil).toISOString() })
}

export function seatReleased(change: SeatChange, reason: string): DomainEvent {
  return seatEvent(change, 'released', 'available', { reason, released_at: isoMicros(change.at) })
}

export function seatSold(change: SeatChange, ticketId: string, priceCents: number): DomainEvent {
  const sold = { ticket_id: ticketId, price_cents: priceCents, sold_at: isoMicros(change.at) }
  return seatEvent(change, 'sold', 'sold', sold)
}
