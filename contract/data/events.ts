import type { Entity, PrepareTools } from 'vge-perf'
import { many, newId, seatPlace } from './tokens.js'

/** An event that is to be made; `ttl` is its own hold TTL in seconds, if it has one. */
export interface EventPlan {
  readonly id: string
  readonly organization: string
  readonly status: 'live' | 'draft'
  readonly seats: number
  readonly ttl: number | null
}

const day = 86_400_000
const iso = (offset: number): string => new Date(Date.now() + offset).toISOString()

const rowsOf = (plan: EventPlan, block: string, seats: readonly Entity[]) =>
  seats.map(({ id = '' }, index) => {
    const { row, number } = seatPlace(index)
    return [id, plan.organization, plan.id, block, row, number, index]
  })

/** An event on sale with one block of free seats, its bitmap warm in Redis. Seats: `{ id, event, organization, index }`. */
export async function makeEvent(
  { sql, redis, key, figures }: PrepareTools,
  plan: EventPlan,
): Promise<Entity[]> {
  const { id: event, organization } = plan
  const block = newId()
  const seats = many(plan.seats, (index) => ({ id: newId(), event, organization, index }))
  await Promise.all([
    sql.copy(
      'events',
      [
        'id',
        'organization_id',
        'name',
        'slug',
        'status',
        'start_at',
        'end_at',
        'sale_start_at',
        'sale_end_at',
        'capacity',
        'hold_ttl_s',
      ],
      [
        [
          event,
          organization,
          'Load test',
          `event-${event}`,
          plan.status,
          iso(-3_600_000),
          iso(day),
          iso(-day),
          iso(day),
          plan.seats,
          plan.ttl,
        ],
      ],
    ),
    sql.copy(
      'blocks',
      ['id', 'organization_id', 'event_id', 'name', 'price_cents'],
      [[block, organization, event, 'Main', figures.seat_price_cents ?? 0]],
    ),
    sql.copy(
      'seats',
      ['id', 'organization_id', 'event_id', 'block_id', 'row_letter', 'seat_number', 'seat_index'],
      rowsOf(plan, block, seats),
    ),
  ])
  // The last bit, set to what it is, makes the map exist in its full length.
  if (plan.seats > 0) await redis?.call('SETBIT', key('bitmap', { organization, event }), plan.seats - 1, 0)
  return seats
}
