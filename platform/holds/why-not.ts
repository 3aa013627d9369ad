import { onSale } from '../catalogue.js'
import type { App, Hold } from '../kernel.js'

/** A seat and its event as Postgres has them now. */
export interface SeatState {
  readonly status: string
  readonly eventStatus: string
  readonly onSale: boolean
  /** The seat's active hold, if any. */
  readonly hold: Hold | undefined
}

interface Row {
  status: string
  event_status: string
  on_sale: boolean
  organization_id: string
  event_id: string
  hold_id: string | null
  user_id: string | null
  held_until: Date | null
}

const look = `
  SELECT s.status, e.status AS event_status, e.on_sale, s.organization_id, s.event_id, h.id AS hold_id, h.user_id, h.held_until
  FROM seats s
  JOIN LATERAL (SELECT status, ${onSale} AS on_sale FROM events WHERE id = s.event_id) e ON true
  LEFT JOIN seat_holds h ON h.seat_id = s.id AND h.status = 'active'
  WHERE s.id = $1`

export async function whyNot(app: App, seatId: string): Promise<SeatState | undefined> {
  const [row] = await app.pg.query<Row>(look, [seatId])
  app.metrics.lookup('seat_holds_hot', 'db', row?.hold_id !== null)
  if (row === undefined) return undefined
  const { hold_id, user_id, held_until } = row
  const hold =
    hold_id === null || user_id === null || held_until === null
      ? undefined
      : {
          id: hold_id,
          organizationId: row.organization_id,
          eventId: row.event_id,
          seatId,
          userId: user_id,
          heldUntil: held_until.getTime(),
        }
  return { status: row.status, eventStatus: row.event_status, onSale: row.on_sale, hold }
}
