import { randomBytes } from 'node:crypto'
import { closeCheckout, seatsGivenBack } from '../checkout/close.js'
import { findCheckout } from '../checkout/find.js'
import { charge } from '../checkout/provider.js'
import { holdsFor, startCheckout, type Started } from '../checkout/start.js'
import { refuse, Refusal } from '../errors.js'
import { ids, optionalText, text } from '../fields.js'
import type { App, JsonBody, Reply, Req, Route, UserCaller } from '../kernel.js'
import { limited } from '../limits.js'
import { keys } from '../redis/keys.js'

const mostSeats = 1_000

function describe(caller: UserCaller, { id, event, items, price, expiresAt }: Started): JsonBody {
  return {
    checkout_id: id,
    status: 'started',
    event_id: event.id,
    user_id: caller.userId,
    organization_id: event.organizationId,
    subtotal_cents: price.subtotal,
    discount_cents: price.discount,
    platform_fee_cents: price.platformFee,
    payment_fee_cents: price.paymentFee,
    tax_cents: price.tax,
    total_cents: price.total,
    expires_at: new Date(expiresAt).toISOString(),
    expires_in_seconds: Math.round((expiresAt - Date.now()) / 1000),
    coupon_applied: false,
    item_count: items.length,
    items: items.map(({ hold, priceCents }) => ({
      seat_id: hold.seatId,
      hold_id: hold.id,
      price_cents: priceCents,
      held_until: new Date(hold.heldUntil).toISOString(),
    })),
    payment_options: ['stripe'],
  }
}

async function handleStart(app: App, req: Req<UserCaller>): Promise<Reply> {
  const seatIds = ids(req.json, 'held_seat_ids', mostSeats)
  // No coupons are issued here, so none can be found.
  if (optionalText(req.json, 'promo_code') !== undefined) return refuse(400, 'coupon_not_found')
  const { event, holds } = await holdsFor(app, req.caller, seatIds)
  const {
    limit_checkout_per_user_event: limit,
    limit_checkout_window_s: window,
    checkout_ttl_s: ttl,
  } = app.settings
  const key = keys.apiRate(event.organizationId, 'checkout', `${req.caller.userId}:${event.id}`)
  const refusal = await limited(app, key, limit, window)
  if (refusal !== undefined) return refusal
  const started = await startCheckout(app, req.caller, event, holds)
  const body = describe(req.caller, started)
  const cached = keys.checkout(event.organizationId, started.id)
  await app.redis.set(cached, JSON.stringify(body), 'EX', ttl).catch(() => null)
  return { status: 200, body: { data: body } }
}

async function handleComplete(app: App, req: Req<UserCaller>): Promise<Reply> {
  const token = text(req.json, 'payment_token')
  const checkout = await findCheckout(app, req.caller, req.params.id)
  const reference = `pi_${randomBytes(12).toString('hex')}`
  const [row] = await app.pg.query<{ total_cents: number }>(
    `UPDATE checkouts SET status = 'awaiting_payment', payment_reference = $2
     WHERE id = $1 AND status = 'started' AND expires_at > now() RETURNING total_cents`,
    [checkout.id, reference],
  )
  if (row === undefined) {
    const { status, expired } = await findCheckout(app, req.caller, checkout.id)
    if (status === 'started' && expired) return refuse(400, 'checkout_expired')
    return refuse(409, 'wrong_state', { status })
  }
  const { id: checkoutId, organizationId, eventId } = checkout
  charge(app, token, { reference, amountCents: row.total_cents, checkoutId, organizationId, eventId })
  return {
    status: 202,
    body: { status: 'awaiting_payment', checkout_id: checkoutId, payment_reference: reference },
  }
}

async function handleCancel(app: App, req: Req<UserCaller>): Promise<Reply> {
  const reason = optionalText(req.json, 'reason') ?? 'user_cancelled'
  const notes = optionalText(req.json, 'notes') ?? null
  const checkout = await findCheckout(app, req.caller, req.params.id)
  await closeCheckout(app, checkout, 'user_cancelled', async (tx) => {
    const closed = await tx.query(
      `UPDATE checkouts SET status = 'cancelled', cancel_reason = $2, notes = $3
       WHERE id = $1 AND status IN ('started', 'awaiting_payment') RETURNING id`,
      [checkout.id, reason, notes],
    )
    return closed.length === 1
  })
  const { status } = await findCheckout(app, req.caller, checkout.id)
  if (status !== 'cancelled') throw new Refusal(409, 'wrong_state', { status })
  const seats = await seatsGivenBack(app, checkout.id)
  return {
    status: 200,
    body: {
      status: 'cancelled',
      checkout_id: checkout.id,
      released_seats: seats,
      released_count: seats.length,
      message: 'Checkout cancelled, seats released',
    },
  }
}

export const checkoutRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/checkouts', name: 'checkout-start', auth: 'user', handle: handleStart },
  {
    method: 'POST',
    path: '/api/checkouts/:id/complete',
    name: 'checkout-complete',
    auth: 'user',
    handle: handleComplete,
  },
  {
    method: 'POST',
    path: '/api/checkouts/:id/cancel',
    name: 'checkout-cancel',
    auth: 'user',
    handle: handleCancel,
  },
]
