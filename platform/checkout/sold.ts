import { holdOf, type HoldRow } from '../holds/release.js'
import { findEvent } from '../catalogue.js'
import type { App } from '../kernel.js'
import type { Announcement, Place, Seating } from '../realtime/kernel.js'
import { checkoutCompleted, ticketIssued } from '../realtime/sale-events.js'
import { seatSold } from '../realtime/seat-events.js'
import { keys } from '../redis/keys.js'
import type { Payment } from './payment.js'

/** A ticket that was issued, and its seat unless that did not change. */
export type SoldRow = {
  ticket_id: string
  ticket_code: string
  seat_id: string
  price_cents: number
} & ({ version: number; block_id: string; row_letter: string; seat_number: string } | { version: null })

/** What a payment changed, committed at `at`, microseconds since 1970. */
export interface Sale {
  readonly payment: Payment
  readonly holds: readonly HoldRow[]
  readonly rows: readonly SoldRow[]
  readonly at: number
}

/** Seats that nobody may have are as good as sold in the bitmap, and change seldom. */
async function seatingOf(app: App, { organizationId, eventId }: Place): Promise<Seating | undefined> {
  try {
    const event = await findEvent(app, eventId)
    if (event === undefined) return undefined
    const kept = app.cache.blocked.get(eventId)
    if (kept !== undefined) return { seats: event.seats.size, blocked: kept }
    const [row] = await app.pg.query<{ n: number }>(
      "SELECT count(*) AS n FROM seats WHERE organization_id = $1 AND event_id = $2 AND status = 'blocked'",
      [organizationId, eventId],
    )
    const blocked = row?.n ?? 0
    app.cache.blocked.set(eventId, blocked)
    return { seats: event.seats.size, blocked }
  } catch {
    // A broadcast without its totals is better than none.
    return undefined
  }
}

/** The broadcast of a hold's seat being sold; undefined when its seat did not change. */
function announceSold(
  app: App,
  { rows, at }: Sale,
  hold: HoldRow,
  seating: Seating | undefined,
): Announcement | undefined {
  const row = rows.find(({ seat_id }) => seat_id === hold.seat_id)
  if (row === undefined || row.version === null) return undefined
  app.metrics.count('voelgoedevents_seating_changes_total', 'change="sold"')
  const change = {
    organizationId: hold.organization_id,
    eventId: hold.event_id,
    seatId: hold.seat_id,
    blockId: row.block_id,
    row: row.row_letter,
    number: row.seat_number,
    version: row.version,
    at,
    holdId: hold.id,
    userId: hold.user_id,
  }
  return app.bus.announce(seatSold(change, row.ticket_id, row.price_cents), seating)
}

/** As soon as a sale is committed: Redis and with it the seats' broadcasts, this node's tables, then what staff hear. */
export async function afterSale(app: App, sale: Sale): Promise<void> {
  const { payment, holds, rows, at } = sale
  const { organizationId, checkoutId } = payment
  const [first] = holds
  if (first !== undefined) {
    const place = { organizationId, eventId: first.event_id }
    const seating = await seatingOf(app, place)
    // The seats stay taken, so their bits stay set.
    await app.registry.forget(
      holds.map((hold) => ({
        hold: holdOf(hold),
        bit: undefined,
        announcement: announceSold(app, sale, hold, seating),
      })),
    )
    for (const hold of holds) app.cache.holds.delete(`${organizationId}:${hold.seat_id}`)
    app.jobs.occupancyChanged(organizationId, place.eventId)
  }
  await app.redis.del(keys.checkout(organizationId, checkoutId)).catch(() => undefined)
  if (first === undefined) return
  const change = { organizationId, eventId: first.event_id, checkoutId, userId: first.user_id, at }
  const tickets = rows.map((row) =>
    ticketIssued(change, { id: row.ticket_id, code: row.ticket_code, seatId: row.seat_id }),
  )
  const completed = checkoutCompleted(change, rows.length, payment.amountCents)
  await Promise.all([...tickets, completed].map((event) => app.bus.publish(event)))
}
