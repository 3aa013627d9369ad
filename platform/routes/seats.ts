import { findEvent } from '../catalogue.js'
import { refuse, Refusal } from '../errors.js'
import { ids, optionalText } from '../fields.js'
import { afterRelease, cancelHolds } from '../holds/release.js'
import { reserve } from '../holds/reserve.js'
import type { App, EventInfo, Hold, Reply, Req, Route, SeatInfo, UserCaller } from '../kernel.js'
import { limited } from '../limits.js'
import { keys } from '../redis/keys.js'

const selling = new Set(['published', 'live', 'postponed'])

/** The event and seat of the path, when the caller may touch them; 404 says nothing about other tenants (C16). */
async function place(app: App, req: Req<UserCaller>): Promise<{ event: EventInfo; seat: SeatInfo }> {
  const event = await findEvent(app, req.params.event_id)
  if (event === undefined || !app.seams.mayTouch(req.caller, event)) throw new Refusal(404, 'event_not_found')
  const seat = event.seats.get(req.params.seat_id ?? '')
  if (seat === undefined) throw new Refusal(404, 'seat_not_found')
  return { event, seat }
}

function held(status: number, hold: Hold, seat: SeatInfo): Reply {
  return {
    status,
    body: {
      data: {
        hold_id: hold.id,
        seat_id: hold.seatId,
        event_id: hold.eventId,
        block_name: seat.block,
        row: seat.row,
        seat_number: seat.number,
        status: 'held',
        held_until: new Date(hold.heldUntil).toISOString(),
        held_until_unix: Math.floor(hold.heldUntil / 1000),
        expires_in_seconds: Math.max(0, Math.round((hold.heldUntil - Date.now()) / 1000)),
        message: 'Seat held',
      },
    },
  }
}

async function handleReserve(app: App, req: Req<UserCaller>): Promise<Reply> {
  const { event, seat } = await place(app, req)
  const source = optionalText(req.json, 'source') ?? 'web'
  if (source !== 'web' && source !== 'scanner') throw new Refusal(400, 'invalid_request', { field: 'source' })
  const { limit_reserve_per_user: limit, limit_reserve_window_s: window } = app.settings
  const key = keys.apiRate(req.caller.organizationId, 'reserve', req.caller.userId)
  const refusal = await limited(app, key, limit, window)
  if (refusal !== undefined) return refusal
  const result = await reserve(app, req.caller, event, seat, source)
  app.metrics.count('voelgoedevents_seating_hold_total', `result="${result.kind}"`)
  switch (result.kind) {
    case 'won':
      return held(201, result.hold, seat)
    case 'own':
      return held(200, result.hold, seat)
    case 'taken': {
      const left =
        result.until === undefined ? undefined : Math.max(0, Math.ceil((result.until - Date.now()) / 1000))
      return refuse(409, 'seat_taken', { expires_in: left })
    }
    case 'refused': {
      const { state } = result
      if (state !== undefined && !selling.has(state.eventStatus)) return refuse(400, 'event_not_available')
      if (state?.onSale === false) return refuse(400, 'event_sales_closed')
      return refuse(409, state?.status === 'available' ? 'seat_no_longer_available' : 'seat_taken')
    }
    case 'failed':
      return refuse(500, 'seat_reservation_failed')
  }
}

async function handleRelease(app: App, req: Req<UserCaller>): Promise<Reply> {
  const { seat } = await place(app, req)
  const holds = await app.pg.query<{ id: string; user_id: string; status: string }>(
    `SELECT id, user_id, status FROM seat_holds WHERE seat_id = $1 AND (status = 'active' OR user_id = $2)
     ORDER BY (status = 'active' AND user_id = $2) DESC, (user_id = $2) DESC, inserted_at DESC LIMIT 1`,
    [seat.id, req.caller.userId],
  )
  const [hold] = holds
  if (hold === undefined) return refuse(404, 'hold_not_found')
  if (hold.user_id !== req.caller.userId) return refuse(403, 'not_hold_owner')
  if (hold.status === 'converted') return refuse(409, 'seat_sold')
  if (hold.status === 'active')
    await afterRelease(app, await cancelHolds(app.pg, [hold.id], 'user_cancelled'))
  return { status: 200, body: { status: 'released', hold_id: hold.id, seat_id: seat.id } }
}

async function handleAdminRelease(app: App, req: Req<UserCaller>): Promise<Reply> {
  if (req.caller.role !== 'owner' && req.caller.role !== 'admin') return refuse(403, 'forbidden')
  const asked = ids(req.json, 'hold_ids', 1_000)
  const own = await app.pg.query<{ id: string }>(
    'SELECT id FROM seat_holds WHERE id = ANY($1::uuid[]) AND organization_id = $2',
    [asked, req.caller.organizationId],
  )
  if (own.length < asked.length) return refuse(404, 'hold_not_found')
  const rows = await cancelHolds(app.pg, asked, 'admin_override')
  await afterRelease(app, rows)
  return { status: 200, body: { status: 'released', seats_released: rows.length, reason: 'admin_override' } }
}

export const seatRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/events/:event_id/seats/:seat_id/reserve',
    name: 'reserve',
    auth: 'user',
    handle: handleReserve,
  },
  {
    method: 'POST',
    path: '/api/events/:event_id/seats/:seat_id/release',
    name: 'release',
    auth: 'user',
    handle: handleRelease,
  },
  {
    method: 'POST',
    path: '/api/admin/seats/release',
    name: 'admin-release',
    auth: 'user',
    handle: handleAdminRelease,
  },
]
