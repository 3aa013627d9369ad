import { randomBytes, randomUUID } from 'node:crypto'
import type { Queryable } from '../database.js'
import { Refusal } from '../errors.js'
import type { HoldRow } from '../holds/release.js'
import type { App } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { saleLines } from './ledger.js'
import type { Payment } from './payment.js'
import { afterSale, type SoldRow } from './sold.js'

interface CheckoutRow {
  user_id: string
  event_id: string
  status: string
  payment_reference: string | null
  subtotal_cents: number
  discount_cents: number
  platform_fee_cents: number
  payment_fee_cents: number
  tax_cents: number
  total_cents: number
  expired: boolean
}

interface Sold {
  readonly reply: string
  readonly holds: readonly HoldRow[]
  readonly rows: readonly SoldRow[]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** `^[A-Z0-9]{4}(-[A-Z0-9]{4}){2}$` (contract, Traps). */
function ticketCode(): string {
  const drawn = [...randomBytes(12)].map((byte) => letters[byte % letters.length])
  return [0, 4, 8].map((at) => drawn.slice(at, at + 4).join('')).join('-')
}

const checkoutForUpdate = `
  SELECT user_id, event_id, status, payment_reference, subtotal_cents, discount_cents, platform_fee_cents,
    payment_fee_cents, tax_cents, total_cents, expires_at <= now() AS expired
  FROM checkouts WHERE id = $1 AND organization_id = $2 FOR UPDATE`

const convert = `
  WITH items AS (SELECT seat_hold_id FROM checkout_items WHERE checkout_id = $1), converted AS (
    UPDATE seat_holds h SET status = 'converted', converted_at = now() FROM items
    WHERE h.id = items.seat_hold_id AND h.status = 'active' AND h.held_until > now()
    RETURNING h.id, h.organization_id, h.event_id, h.seat_id, h.user_id, h.held_until
  )
  SELECT * FROM converted`

const sell = `
  WITH issued AS (
    INSERT INTO tickets (id, organization_id, event_id, seat_id, user_id, checkout_id, ticket_code)
    SELECT t.id, $2::uuid, $3::uuid, i.seat_id, $4::uuid, $1::uuid, t.code
    FROM unnest($5::uuid[], $6::uuid[], $7::text[]) AS t (id, hold, code)
    JOIN checkout_items i ON i.checkout_id = $1::uuid AND i.seat_hold_id = t.hold
    RETURNING id, seat_id, ticket_code
  ), sold AS (
    UPDATE seats s SET status = 'sold', ticket_id = issued.id, seat_hold_id = NULL, held_until = NULL, version = version + 1
    FROM issued WHERE s.id = issued.seat_id AND s.status = 'held'
    RETURNING s.id, s.version, s.block_id, s.row_letter, s.seat_number
  ), paid AS (
    INSERT INTO transactions (organization_id, checkout_id, provider, provider_transaction_id, payment_reference, amount_cents,
      currency, status, reply)
    VALUES ($2::uuid, $1::uuid, $8::text, $9::text, $10::text, $11::bigint, $12::text, 'succeeded', $13::text)
  ), entry AS (
    INSERT INTO journal_entries (organization_id, reference_type, reference_id) VALUES ($2::uuid, 'checkout', $1::uuid) RETURNING id
  ), lines AS (
    INSERT INTO journal_entry_line_items (organization_id, journal_entry_id, account_code, debit_cents, credit_cents)
    SELECT $2::uuid, entry.id, l.account, l.debit, l.credit
    FROM entry, unnest($14::text[], $15::bigint[], $16::bigint[]) AS l (account, debit, credit)
  ), done AS (
    UPDATE checkouts SET status = 'completed', completed_at = now() WHERE id = $1::uuid
  ), job AS MATERIALIZED (
    SELECT graphile_worker.add_job('ticket_delivery', json_build_object('checkout_id', $1::uuid, 'organization_id', $2::uuid))
  )
  SELECT issued.id AS ticket_id, issued.ticket_code, issued.seat_id, i.price_cents, sold.version, sold.block_id, sold.row_letter,
    sold.seat_number
  FROM job JOIN issued ON true
  JOIN checkout_items i ON i.checkout_id = $1::uuid AND i.seat_id = issued.seat_id
  LEFT JOIN sold ON sold.id = issued.seat_id`

/** The reply to a payment of this checkout; the same bytes whenever it is asked for. */
const replyFor = (payment: Payment, tickets: number, message: string): string =>
  JSON.stringify({
    status: 'ok',
    checkout_id: payment.checkoutId,
    ticket_count: tickets,
    payment_reference: payment.reference,
    message,
  })

/** The checkout of a payment, locked, when the payment fits it. @throws Refusal: 400 is final, 5xx asks for another try. */
async function payable(tx: Queryable, payment: Payment): Promise<CheckoutRow> {
  const [row] = await tx.query<CheckoutRow>(checkoutForUpdate, [payment.checkoutId, payment.organizationId])
  if (row === undefined) throw new Refusal(400, 'checkout_not_found')
  if (row.status === 'started') throw new Refusal(503, 'out_of_order')
  if (row.payment_reference !== payment.reference) throw new Refusal(400, 'reference_mismatch')
  if (row.total_cents !== payment.amountCents) throw new Refusal(400, 'amount_mismatch')
  return row
}

async function given(tx: Queryable, payment: Payment): Promise<string | undefined> {
  const [row] = await tx.query<{ reply: string | null }>(
    'SELECT reply FROM transactions WHERE checkout_id = $1 ORDER BY inserted_at LIMIT 1',
    [payment.checkoutId],
  )
  return row?.reply ?? undefined
}

/**
 * A payment that succeeded: tickets, holds converted, seats sold, transaction, journal entry and checkout completed, in
 * one transaction (contract §5); then Redis and the broadcasts. Returns the reply. A payment that was settled before gets its old reply.
 * @throws Refusal.
 */
export async function settle(app: App, provider: string, payment: Payment): Promise<string> {
  const { checkoutId, organizationId } = payment
  const { reply, holds, rows } = await app.pg.transaction(async (tx): Promise<Sold> => {
    const row = await payable(tx, payment)
    if (app.seams.alreadySettled(row.status))
      return { reply: (await given(tx, payment)) ?? '', holds: [], rows: [] }
    if (row.status !== 'awaiting_payment' && row.status !== 'completed')
      throw new Refusal(400, `checkout_${row.status}`)
    if (row.expired) throw new Refusal(400, 'checkout_expired')
    const items = await tx.query<{ seat_hold_id: string }>(
      'SELECT seat_hold_id FROM checkout_items WHERE checkout_id = $1',
      [checkoutId],
    )
    const converted = await tx.query<HoldRow>(convert, [checkoutId])
    if (app.seams.holdsLapsed(converted.length, items.length)) throw new Refusal(400, 'hold_expired')
    const lines = await saleLines(app, tx, organizationId, {
      subtotal: row.subtotal_cents,
      discount: row.discount_cents,
      platformFee: row.platform_fee_cents,
      paymentFee: row.payment_fee_cents,
      tax: row.tax_cents,
      total: row.total_cents,
    })
    const text = replyFor(payment, items.length, 'Payment recorded, tickets issued')
    const sold = await tx.query<SoldRow>(sell, [
      checkoutId,
      organizationId,
      row.event_id,
      row.user_id,
      items.map(() => randomUUID()),
      items.map((item) => item.seat_hold_id),
      items.map(ticketCode),
      provider,
      payment.eventId,
      payment.reference,
      payment.amountCents,
      payment.currency,
      text,
      lines.map((line) => line.account),
      lines.map((line) => line.debit),
      lines.map((line) => line.credit),
    ])
    return { reply: text, holds: converted, rows: sold }
  })
  await afterSale(app, { payment, holds, rows, at: nowMicros() })
  return reply
}

/** Marks the checkout failed and notes the transaction. False when that was done before. */
export async function fail(tx: Queryable, provider: string, payment: Payment): Promise<boolean> {
  const row = await payable(tx, payment)
  if (row.status === 'failed') return false
  if (row.status !== 'awaiting_payment') throw new Refusal(400, `checkout_${row.status}`)
  await tx.query(
    `WITH done AS (UPDATE checkouts SET status = 'failed' WHERE id = $1::uuid)
     INSERT INTO transactions (organization_id, checkout_id, provider, provider_transaction_id, payment_reference, amount_cents,
       currency, status, reply)
     VALUES ($2::uuid, $1::uuid, $3::text, $4::text, $5::text, $6::bigint, $7::text, 'failed', $8::text)`,
    [
      payment.checkoutId,
      payment.organizationId,
      provider,
      payment.eventId,
      payment.reference,
      payment.amountCents,
      payment.currency,
      failureReply(payment),
    ],
  )
  return true
}

export const failureReply = (payment: Payment): string =>
  replyFor(payment, 0, 'Payment failed, seats released')
