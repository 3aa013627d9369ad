import type { JsonBody } from '../kernel.js'
import type { Occupancy } from '../occupancy.js'
import { percent } from './envelope.js'
import { isoMicros } from './instant.js'
import type { DomainEvent, Place } from './kernel.js'

/** A checkout whose change has just been committed, `at` in microseconds since 1970. */
export interface CheckoutChange extends Place {
  readonly checkoutId: string
  readonly userId: string
  readonly at: number
}

function checkoutEvent(change: CheckoutChange, action: string, more: JsonBody): DomainEvent {
  const { organizationId, eventId, checkoutId, userId, at } = change
  return {
    organizationId,
    eventId,
    domain: 'ticketing',
    suffix: `ticketing:checkout:${action}`,
    event: `checkout_${action}`,
    payload: { event_id: eventId, checkout_id: checkoutId, timestamp: isoMicros(at), ...more },
    internal: { user_id: userId },
  }
}

export function checkoutStarted(change: CheckoutChange, seats: number, subtotalCents: number): DomainEvent {
  return checkoutEvent(change, 'started', { seat_count: seats, subtotal_cents: subtotalCents })
}

export function checkoutCompleted(change: CheckoutChange, seats: number, totalCents: number): DomainEvent {
  return checkoutEvent(change, 'completed', { seat_count: seats, total_cents: totalCents })
}

/** However it came to nothing: its time passed, it was cancelled, its payment failed. */
export function checkoutAbandoned(change: CheckoutChange, reason: string): DomainEvent {
  return checkoutEvent(change, 'abandoned', { reason })
}

export function ticketIssued(
  change: CheckoutChange,
  ticket: { readonly id: string; readonly code: string; readonly seatId: string },
): DomainEvent {
  const { organizationId, eventId, checkoutId, userId, at } = change
  return {
    organizationId,
    eventId,
    domain: 'ticketing',
    suffix: 'ticketing:ticket:issued',
    event: 'ticket_issued',
    payload: {
      event_id: eventId,
      ticket_id: ticket.id,
      ticket_code: ticket.code,
      seat_id: ticket.seatId,
      checkout_id: checkoutId,
      issued_at: isoMicros(at),
      timestamp: isoMicros(at),
    },
    internal: { user_id: userId },
  }
}

/** Counts of an event's seats as they were at an instant, microseconds since 1970. */
export function occupancyUpdated(
  { organizationId, eventId }: Place,
  seats: Occupancy,
  at: number,
): DomainEvent {
  const { available, held, sold, blocked } = seats
  const total = available + held + sold + blocked
  return {
    organizationId,
    eventId,
    domain: 'seating',
    suffix: 'seating:occupancy:updated',
    event: 'occupancy_updated',
    payload: {
      event_id: eventId,
      total_capacity: total,
      total_sold: sold,
      total_held: held,
      total_available: available,
      percent_sold: percent(sold, total),
      percent_held: percent(held, total),
      percent_available: percent(available, total),
      timestamp: isoMicros(at),
    },
    internal: {},
  }
}
