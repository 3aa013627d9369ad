import type { JsonBody } from '../kernel.js'
import { percent } from './envelope.js'
import { isoMicros } from './instant.js'
import type { DomainEvent, Place } from './kernel.js'

/** A scan that has just been committed, `at` in microseconds since 1970. */
export interface ScanChange extends Place {
  readonly ticketCode: string
  readonly gateId: string
  readonly deviceId: string
  readonly scannedAt: Date
  readonly at: number
}

function scanEvent(change: ScanChange, action: string, more: JsonBody): DomainEvent {
  const { organizationId, eventId } = change
  return {
    organizationId,
    eventId,
    domain: 'scanning',
    suffix: `scanning:scan:${action}`,
    event: `ticket_${action}`,
    payload: {
      event_id: eventId,
      ticket_code: change.ticketCode,
      gate_id: change.gateId,
      device_id: change.deviceId,
      scanned_at: change.scannedAt.toISOString(),
      timestamp: isoMicros(change.at),
      ...more,
    },
    internal: {},
  }
}

/** `guests`: let in at that gate so far, where it is known. */
export function ticketAdmitted(change: ScanChange, guests: number | undefined): DomainEvent {
  return scanEvent(change, 'admitted', { gate_occupancy: guests })
}

/** Deny reasons of a scan's answer in the event's own words (contract §4, Deny reasons). */
const words: Readonly<Record<string, string>> = {
  already_scanned: 'already_used',
  ticket_already_used: 'already_used',
  ticket_voided: 'not_found',
  ticket_refunded: 'not_found',
  wrong_gate: 'wrong_event',
  event_not_live: 'event_inactive',
  gate_at_capacity: 'gate_full',
}

export function ticketDenied(change: ScanChange, reason: string): DomainEvent {
  return scanEvent(change, 'denied', { reason: words[reason] ?? reason })
}

/** Guests let in at one gate; a gate without a capacity is never full. */
export function gateOccupancyUpdated(
  { organizationId, eventId }: Place,
  gate: { readonly id: string; readonly current: number; readonly capacity: number | null },
  at: number,
): DomainEvent {
  return {
    organizationId,
    eventId,
    domain: 'scanning',
    suffix: 'scanning:occupancy:updated',
    event: 'gate_occupancy_updated',
    payload: {
      event_id: eventId,
      gate_id: gate.id,
      current_occupancy: gate.current,
      gate_capacity: gate.capacity,
      percent_full: gate.capacity === null ? 0 : percent(gate.current, gate.capacity),
      timestamp: isoMicros(at),
    },
    internal: {},
  }
}
