import { isUuid } from '../../catalogue.js'
import type { App, UserCaller } from '../../kernel.js'

export interface HeldSeat {
  readonly seatId: string
  readonly label: string
  readonly cents: number
}

export interface OwnCheckout {
  readonly id: string
  readonly status: 'started' | 'awaiting_payment' | 'completed' | 'abandoned' | 'failed' | 'cancelled'
  readonly totalCents: number
  readonly expired: boolean
  readonly ticketCodes: readonly string[]
}

/** What a buyer has in hand at one event. */
export interface Cart {
  /** Undefined when the buyer has nothing anywhere. */
  readonly event: { readonly id: string; readonly slug: string; readonly name: string } | undefined
  readonly held: readonly HeldSeat[]
  readonly checkout: OwnCheckout | undefined
}

interface CheckoutRow {
  id: string
  event_id: string
  status: OwnCheckout['status']
  total_cents: number
  expired: boolean
  codes: string[] | null
}

const checkoutSql = `
  SELECT c.id, c.event_id, c.status, c.total_cents, c.expires_at <= now() AS expired,
    (SELECT array_agg(t.ticket_code ORDER BY t.ticket_code) FROM tickets t WHERE t.checkout_id = c.id) AS codes
  FROM checkouts c JOIN events e ON e.id = c.event_id
  WHERE c.organization_id = $1 AND c.user_id = $2 AND CASE WHEN $3::uuid IS NOT NULL THEN c.id = $3::uuid
    ELSE c.status IN ('started', 'awaiting_payment') AND c.expires_at > now() AND ($4::text IS NULL OR e.slug = $4::text) END
  ORDER BY c.inserted_at DESC LIMIT 1`

interface EventRow {
  id: string
  slug: string
  name: string
}

// The event that is asked for, or else the one where the buyer last took a seat.
const eventSql = `
  SELECT e.id, e.slug, e.name FROM events e
  LEFT JOIN LATERAL (SELECT max(h.inserted_at) AS at FROM seat_holds h
    WHERE h.event_id = e.id AND h.organization_id = $1 AND h.user_id = $2 AND h.status = 'active') last ON true
  WHERE e.organization_id = $1 AND e.status NOT IN ('draft', 'archived')
    AND CASE WHEN $3::uuid IS NOT NULL THEN e.id = $3::uuid WHEN $4::text IS NOT NULL THEN e.slug = $4::text ELSE last.at IS NOT NULL END
  ORDER BY last.at DESC NULLS LAST LIMIT 1`

interface HoldRow {
  seat_id: string
  label: string
  price_cents: number
}

const heldSql = `
  SELECT s.id AS seat_id, s.row_letter || s.seat_number AS label, b.price_cents
  FROM seat_holds h JOIN seats s ON s.id = h.seat_id JOIN blocks b ON b.id = s.block_id
  WHERE h.organization_id = $1 AND h.user_id = $2 AND h.event_id = $3 AND h.status = 'active' AND h.held_until > now()
  ORDER BY s.seat_index`

/** The cart as Postgres has it now: of the checkout that the address names, or the open one, or what is held. */
export async function loadCart(
  app: App,
  { userId }: UserCaller,
  organizationId: string,
  wanted: { readonly checkout: string | null | undefined; readonly event: string | null },
): Promise<Cart> {
  const named = isUuid(wanted.checkout) ? wanted.checkout : null
  const [row] = await app.pg.query<CheckoutRow>(checkoutSql, [organizationId, userId, named, wanted.event])
  const place = [organizationId, userId, row?.event_id ?? null, wanted.event]
  const [event] = await app.pg.query<EventRow>(eventSql, place)
  const held =
    event === undefined ? [] : await app.pg.query<HoldRow>(heldSql, [organizationId, userId, event.id])
  return {
    event,
    held: held.map(({ seat_id: seatId, label, price_cents: cents }) => ({ seatId, label, cents })),
    checkout: row && {
      id: row.id,
      status: row.status,
      totalCents: row.total_cents,
      expired: row.expired,
      ticketCodes: row.codes ?? [],
    },
  }
}
