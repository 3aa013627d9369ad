import type { App } from '../kernel.js'
import { countSeats } from '../occupancy.js'
import { payloadId } from './payload.js'

export async function occupancyRebuild(app: App, payload: unknown): Promise<void> {
  await countSeats(app, payloadId(payload, 'organization_id'), payloadId(payload, 'event_id'))
}
