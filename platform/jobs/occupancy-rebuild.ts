import type { App } from '../kernel.js'
import { countSeats } from '../occupancy.js'
import { nowMicros } from '../realtime/instant.js'
import { occupancyUpdated } from '../realtime/sale-events.js'
import { payloadId } from './payload.js'

/** Counts an event's seats anew, and tells those who follow it. */
export async function occupancyRebuild(app: App, payload: unknown): Promise<void> {
  const place = {
    organizationId: payloadId(payload, 'organization_id'),
    eventId: payloadId(payload, 'event_id'),
  }
  const at = nowMicros()
  const seats = await countSeats(app, place.organizationId, place.eventId)
  await app.bus.publish(occupancyUpdated(place, seats, at))
}
