import type { Entity, PrepareTools } from 'vge-perf'
import { priceOf } from './price.js'
import { newId, ticketCode } from './tokens.js'

const seatsACheckout = 10

interface Item {
  readonly seat: string
  readonly hold: string
  readonly ticket: string
  readonly code: string
  readonly checkout: string
}

interface Sale {
  readonly checkout: string
  readonly entry: string
  readonly items: readonly Item[]
}

const salesOf = (seats: readonly Entity[]): Sale[] => {
  const sales: Sale[] = []
  for (let start = 0; start < seats.length; start += seatsACheckout) {
    const checkout = newId()
    const items = seats.slice(start, start + seatsACheckout).map((seat, place) => ({
      seat: String(seat.id),
      hold: newId(),
      ticket: newId(),
      code: ticketCode(start + place),
      checkout,
    }))
    sales.push({ checkout, entry: newId(), items })
  }
  return sales
}

/**
 * Sells seats as a finished checkout does, with every row that its invariants ask for (contract §5, "Checkout").
 * Tickets: `{ id, code, seat, event }`.
 */
export async function sellSeats(
  tools: PrepareTools,
  event: string,
  organization: string,
  user: string,
  seats: readonly Entity[],
): Promise<Entity[]> {
  const { sql, redis, key, figures } = tools
  const sales = salesOf(seats)
  const items = sales.flatMap((sale) => sale.items)
  const now = new Date().toISOString()
  const seatPrice = figures.seat_price_cents ?? 0
  const price = (sale: Sale) => priceOf(sale.items.length * seatPrice, figures)
  const lines = sales.flatMap((sale) => {
    const { subtotal, platformFee, paymentFee, tax, total } = price(sale)
    return [
      [organization, sale.entry, '1000-CASH', total, 0],
      [organization, sale.entry, '2000-PAYABLE-ORGANIZER', 0, subtotal],
      [organization, sale.entry, '5000-PLATFORM-FEE', 0, platformFee],
      [organization, sale.entry, '5100-PROCESSOR-FEE', 0, paymentFee],
      [organization, sale.entry, '2200-PAYABLE-TAX', 0, tax],
    ]
  })
  await Promise.all([
    sql.copy(
      'checkouts',
      [
        'id',
        'organization_id',
        'user_id',
        'event_id',
        'status',
        'subtotal_cents',
        'platform_fee_cents',
        'payment_fee_cents',
        'tax_cents',
        'total_cents',
        'expires_at',
        'payment_reference',
        'completed_at',
      ],
      sales.map((sale) => {
        const { subtotal, platformFee, paymentFee, tax, total } = price(sale)
        return [
          sale.checkout,
          organization,
          user,
          event,
          'completed',
          subtotal,
          platformFee,
          paymentFee,
          tax,
          total,
          now,
          `made_${sale.checkout}`,
          now,
        ]
      }),
    ),
    sql.copy(
      'transactions',
      [
        'organization_id',
        'checkout_id',
        'provider',
        'provider_transaction_id',
        'payment_reference',
        'amount_cents',
        'status',
      ],
      sales.map((sale) => [
        organization,
        sale.checkout,
        'stripe',
        `made_${sale.checkout}`,
        `made_${sale.checkout}`,
        price(sale).total,
        'succeeded',
      ]),
    ),
    sql.copy(
      'journal_entries',
      ['id', 'organization_id', 'reference_type', 'reference_id', 'status'],
      sales.map((sale) => [sale.entry, organization, 'checkout', sale.checkout, 'posted']),
    ),
    sql.copy(
      'journal_entry_line_items',
      ['organization_id', 'journal_entry_id', 'account_code', 'debit_cents', 'credit_cents'],
      lines,
    ),
    sql.copy(
      'checkout_items',
      ['organization_id', 'checkout_id', 'seat_hold_id', 'seat_id', 'price_cents'],
      items.map((item) => [organization, item.checkout, item.hold, item.seat, seatPrice]),
    ),
    sql.copy(
      'seat_holds',
      ['id', 'organization_id', 'seat_id', 'event_id', 'user_id', 'status', 'held_until', 'converted_at'],
      items.map((item) => [item.hold, organization, item.seat, event, user, 'converted', now, now]),
    ),
    sql.copy(
      'tickets',
      ['id', 'organization_id', 'event_id', 'seat_id', 'user_id', 'checkout_id', 'ticket_code', 'status'],
      items.map((item) => [
        item.ticket,
        organization,
        event,
        item.seat,
        user,
        item.checkout,
        item.code,
        'active',
      ]),
    ),
    sql.query(
      `UPDATE seats SET status = 'sold', ticket_id = sold.ticket, version = version + 1
       FROM unnest($1::uuid[], $2::uuid[]) AS sold (seat, ticket) WHERE seats.id = sold.seat`,
      [items.map((item) => item.seat), items.map((item) => item.ticket)],
    ),
    redis?.pipeline(
      seats.map((seat) => ['SETBIT', key('bitmap', { organization, event }), seat.index ?? 0, 1]),
    ),
  ])
  return items.map((item) => ({ id: item.ticket, code: item.code, seat: item.seat, event }))
}
