import { randomUUID } from 'node:crypto'
import { findEvent, onSale } from '../catalogue.js'
import { Refusal } from '../errors.js'
import type { App, EventInfo, Hold, UserCaller } from '../kernel.js'
import { priceOf, type Price } from '../pricing.js'
import { nowMicros } from '../realtime/instant.js'
import { checkoutStarted } from '../realtime/sale-events.js'

export interface Item {
  readonly hold: Hold
  readonly priceCents: number
}

export interface Started {
  readonly id: string
  readonly event: EventInfo
  readonly items: readonly Item[]
  readonly price: Price
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

interface HoldRow {
  id: string
  organization_id: string
  event_id: string
  seat_id: string
  user_id: string
  status: string
  held_until: Date
  expired: boolean
}

/**
 * The caller's active holds on these seats, all of one event of a tenant that they may touch.
 * @throws Refusal as the contract names them (§4, checkouts).
 */
export async function holdsFor(
  app: App,
  caller: UserCaller,
  seatIds: readonly string[],
): Promise<{ event: EventInfo; holds: Hold[] }> {
  const rows = await app.pg.query<HoldRow>(
    `SELECT DISTINCT ON (seat_id) id, organization_id, event_id, seat_id, user_id, status, held_until, held_until <= now() AS expired
     FROM seat_holds WHERE seat_id = ANY($1::uuid[]) AND user_id = $2
     ORDER BY seat_id, (status = 'active') DESC, inserted_at DESC`,
    [seatIds, caller.userId],
  )
  const mine = rows.filter((row) =>
    app.seams.mayTouch(caller, { organizationId: row.organization_id, userId: row.user_id }),
  )
  const [first] = mine
  if (first === undefined) throw new Refusal(400, 'no_active_holds')
  const found = new Set(mine.map((row) => row.seat_id))
  const missing = seatIds.filter((id) => !found.has(id))
  if (missing.length > 0) throw new Refusal(400, 'hold_not_found', { seat_ids: missing })
  if (mine.some((row) => row.event_id !== first.event_id)) throw new Refusal(400, 'mixed_events')
  const over = mine.filter((row) => row.status !== 'active' || row.expired)
  if (over.length > 0) throw new Refusal(400, 'hold_expired', { seat_ids: over.map((row) => row.seat_id) })
  const event = await findEvent(app, first.event_id)
  if (event === undefined) throw new Refusal(404, 'event_not_found')
  const holds = mine.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    eventId: row.event_id,
    seatId: row.seat_id,
    userId: row.user_id,
    heldUntil: row.held_until.getTime(),
  }))
  return { event, holds }
}

// One statement is one transaction: either every hold is still there and all of it happens, or nothing does.
const start = `
  WITH held AS (
    SELECT id, seat_id FROM seat_holds
    WHERE id = ANY($12::uuid[]) AND status = 'active' AND held_until > now() ORDER BY id FOR UPDATE
  ), opened AS (
    INSERT INTO checkouts (id, organization_id, user_id, event_id, subtotal_cents, discount_cents, platform_fee_cents,
      payment_fee_cents, tax_cents, total_cents, expires_at)
    SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint,
      $11::timestamptz
    WHERE (SELECT count(*) FROM held) = cardinality($12::uuid[])
      AND EXISTS (SELECT FROM events WHERE id = $4 AND ${onSale})
    RETURNING id
  ), items AS (
    INSERT INTO checkout_items (organization_id, checkout_id, seat_hold_id, seat_id, price_cents)
    SELECT $2::uuid, opened.id, held.id, held.seat_id, price.cents
    FROM opened, held JOIN unnest($12::uuid[], $13::bigint[]) AS price (hold, cents) ON price.hold = held.id
  ), longer AS (
    UPDATE seat_holds h SET held_until = greatest(h.held_until, $14::timestamptz) FROM opened, held WHERE h.id = held.id
  ), seats AS (
    UPDATE seats s SET held_until = greatest(s.held_until, $14::timestamptz) FROM opened, held
    WHERE s.id = held.seat_id AND s.seat_hold_id = held.id
  )
  SELECT opened.id, graphile_worker.add_job('checkout_abandon',
    json_build_object('checkout_id', opened.id, 'organization_id', $2::uuid), run_at := $15::timestamptz) FROM opened`

/** After the checkout's own end, so that it surely has passed (contract §5). */
const abandonAfterMs = 10_000

/** Opens a checkout over holds and makes them outlive it (C2); then Redis and the broadcast. @throws Refusal. */
export async function startCheckout(
  app: App,
  caller: UserCaller,
  event: EventInfo,
  holds: readonly Hold[],
): Promise<Started> {
  const { checkout_ttl_s: ttl, checkout_grace_s: grace } = app.settings
  const items = holds.map((hold) => ({ hold, priceCents: event.seats.get(hold.seatId)?.priceCents ?? 0 }))
  if (items.some((item) => item.priceCents <= 0)) throw new Refusal(500, 'pricing_not_configured')
  const subtotal = items.reduce((sum, item) => sum + item.priceCents, 0)
  const price = priceOf(subtotal, 0)
  const id = randomUUID()
  const expiresAt = Date.now() + ttl * 1000
  const until = expiresAt + grace * 1000
  const opened = await app.pg.query<{ id: string }>(start, [
    id,
    event.organizationId,
    caller.userId,
    event.id,
    price.subtotal,
    price.discount,
    price.platformFee,
    price.paymentFee,
    price.tax,
    price.total,
    new Date(expiresAt),
    holds.map((hold) => hold.id),
    items.map((item) => item.priceCents),
    new Date(until),
    new Date(expiresAt + abandonAfterMs),
  ])
  const at = nowMicros()
  if (opened.length === 0) throw await lost(app, event)
  const longer = items.map(({ hold, priceCents }) => ({
    hold: { ...hold, heldUntil: Math.max(hold.heldUntil, until) },
    priceCents,
  }))
  await app.registry.extend(
    longer.map(({ hold }, place) => ({ hold, before: holds[place]?.heldUntil ?? hold.heldUntil })),
  )
  for (const { hold } of longer)
    app.cache.holds.set(`${hold.organizationId}:${hold.seatId}`, {
      holdId: hold.id,
      userId: hold.userId,
      until: hold.heldUntil,
    })
  const change = {
    organizationId: event.organizationId,
    eventId: event.id,
    checkoutId: id,
    userId: caller.userId,
    at,
  }
  await app.bus.publish(checkoutStarted(change, longer.length, price.subtotal))
  return { id, event, items: longer, price, expiresAt }
}

async function lost(app: App, event: EventInfo): Promise<Refusal> {
  const open = await app.pg.query(`SELECT FROM events WHERE id = $1 AND ${onSale}`, [event.id])
  return new Refusal(400, open.length === 0 ? 'event_sales_closed' : 'hold_expired')
}
