import type { App } from '../../kernel.js'
import type { SeatRow, Status } from './model.js'

interface Row {
  id: string
  row_letter: string
  seat_number: string
  status: Status
  version: number
  user_id: string | null
  hold_id: string | null
}

const look = `
  SELECT s.id, s.row_letter, s.seat_number, s.status, s.version, h.user_id, h.id AS hold_id
  FROM seats s LEFT JOIN seat_holds h ON h.id = s.seat_hold_id AND h.status = 'active' AND s.status = 'held'
  WHERE s.organization_id = $1 AND s.event_id = $2 ORDER BY s.seat_index`

// Ids and markers of a page must need no escaping, in HTML or in JSON.
const plain = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_')

/**
 * Labels of an event's seats, `A12`. Rows `A`, `A1` with seats 12, 2 would share one: then all get a dash between row and
 * number, and what is still not unique its position.
 */
function labelsOf(rows: readonly Row[]): string[] {
  const joined = (dash: string) => rows.map((row) => plain(`${row.row_letter}${dash}${row.seat_number}`))
  const unique = (labels: readonly string[]) => new Set(labels).size === labels.length
  const short = joined('')
  if (unique(short)) return short
  const long = joined('-')
  return unique(long) ? long : long.map((label, place) => `${label}_${place}`)
}

/** An event's seats as Postgres has them now, in the order of their index. */
export async function loadSeats(app: App, organizationId: string, eventId: string): Promise<SeatRow[]> {
  const rows = await app.pg.query<Row>(look, [organizationId, eventId])
  const labels = labelsOf(rows)
  return rows.map(({ id, status, version, user_id: userId, hold_id: holdId }, place) => ({
    id,
    label: labels[place] ?? id,
    status,
    version,
    holder: userId === null || holdId === null ? undefined : { userId, holdId },
  }))
}
