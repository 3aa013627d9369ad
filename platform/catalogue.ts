import { Flights } from './flight.js'
import type { App, EventInfo, SeatInfo } from './kernel.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const isUuid = (word: unknown): word is string => typeof word === 'string' && uuid.test(word)

/**
 * Selling is possible: published, live, or postponed with a new date, inside the sale window (contract §5, Event).
 * SQL over a row of `events`.
 */
export const onSale = `(status IN ('published', 'live') OR (status = 'postponed' AND start_at > now()))
  AND (sale_start_at IS NULL OR sale_start_at <= now()) AND (sale_end_at IS NULL OR sale_end_at > now())`

interface EventRow {
  organization_id: string
  slug: string
  name: string
  capacity: number
  hold_ttl_s: number | null
}

interface SeatRow {
  id: string
  seat_index: number
  block: string
  row_letter: string
  seat_number: string
  price_cents: number
}

async function load(app: App, id: string): Promise<EventInfo | undefined> {
  const [event] = await app.pg.query<EventRow>(
    'SELECT organization_id, slug, name, capacity, hold_ttl_s FROM events WHERE id = $1',
    [id],
  )
  app.metrics.lookup('pricing_cache', 'db', event !== undefined)
  if (event === undefined) return undefined
  const rows = await app.pg.query<SeatRow>(
    `SELECT seats.id, seat_index, blocks.name AS block, row_letter, seat_number, price_cents
     FROM seats JOIN blocks ON blocks.id = seats.block_id WHERE seats.event_id = $1 AND seats.organization_id = $2`,
    [id, event.organization_id],
  )
  const seats = new Map<string, SeatInfo>(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        index: row.seat_index,
        block: row.block,
        row: row.row_letter,
        number: row.seat_number,
        priceCents: row.price_cents,
      },
    ]),
  )
  return {
    id,
    organizationId: event.organization_id,
    slug: event.slug,
    name: event.name,
    capacity: event.capacity,
    holdTtlS: event.hold_ttl_s ?? app.settings.hold_ttl_s,
    seats,
  }
}

const flights = new Flights<EventInfo | undefined>()

/** An event with its seat map, from this node's table or else Postgres; one load however many ask. */
export async function findEvent(app: App, id: string | undefined): Promise<EventInfo | undefined> {
  if (!isUuid(id)) return undefined
  const hot = app.cache.events.get(id)
  if (hot !== undefined) return hot
  app.pg.waited()
  return flights.once(`${app.node}:${id}`, async () => {
    const event = await load(app, id)
    if (event !== undefined) app.cache.events.set(id, event)
    return event
  })
}
