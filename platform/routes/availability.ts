import { findEvent } from '../catalogue.js'
import { refuse } from '../errors.js'
import type { App, EventInfo, Reply, Req, Route, UserCaller } from '../kernel.js'
import { occupancyOf } from '../occupancy.js'
import { keys } from '../redis/keys.js'

const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100

/** The bitmap in its whole length, base64; bit n is the seat with index n. */
async function bitmapOf(app: App, event: EventInfo): Promise<string> {
  await app.registry.ensure(event.organizationId, event.id)
  const bits = (await app.redis.getBuffer(keys.bitmap(event.organizationId, event.id))) ?? Buffer.alloc(0)
  return bits.toString('base64')
}

async function handleAvailability(app: App, req: Req<UserCaller | undefined>): Promise<Reply> {
  const event = await findEvent(app, req.params.event_id)
  if (event === undefined || (req.caller !== undefined && !app.seams.mayTouch(req.caller, event)))
    return refuse(404, 'event_not_found')
  const { available, held, sold, blocked } = await occupancyOf(app, event.organizationId, event.id)
  const total = available + held + sold + blocked
  const wanted = req.query.get('bitmap')
  return {
    status: 200,
    body: {
      event_id: event.id,
      available,
      held,
      sold,
      blocked,
      total,
      percent_available: percent(available, total),
      percent_held: percent(held, total),
      percent_sold: percent(sold, total),
      as_of: new Date().toISOString(),
      bitmap: wanted === null || wanted === 'false' ? undefined : await bitmapOf(app, event),
    },
  }
}

export const availabilityRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/events/:event_id/availability',
    name: 'availability',
    auth: 'optional',
    handle: handleAvailability,
  },
]
