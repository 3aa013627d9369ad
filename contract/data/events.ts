import type { Entity, PrepareTools } from 'vge-perf'
import { organizationSlug } from './tenants.js'
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

const eventSlug = (id: string): string => `event-${id}`

/** An event as journeys know it: `{ id, organization, org, slug, org_slug, kind }`; `org` is the short word of topics. */
export const eventEntity = (id: string, organization: string, kind: string): Entity => ({
  id,
  organization,
  org: organization,
  slug: eventSlug(id),
  org_slug: organizationSlug(organization),
  kind,
})

/** What a new seat starts with; each change adds one. Source: contract §5, "Seat". */
const firstVersion = 1

const seatOf = ({ id: event, organization }: EventPlan, index: number): Entity => {
  const { row, number } = seatPlace(index)
  const label = `${row}${number}`
  return { id: newId(), event, organization, org: organization, index, label, version: firstVersion }
}

const rowsOf = (plan: EventPlan, block: string, seats: readonly Entity[]) =>
  seats.map(({ id = '' }, index) => {
    const { row, number } = seatPlace(index)
    return [id, plan.organization, plan.id, block, row, number, index, firstVersion]
  })

/**
 * An event on sale with one block of free seats, its bitmap warm in Redis. Seats: `{ id, event, organization, org, index,
 * label, version }`; a label is row letter and number, as pages show it.
 */
export async function makeEvent(
  { sql, redis, key, figures }: PrepareTools,
  plan: EventPlan,
): Promise<Entity[]> {
  const { id: event, organization } = plan
  const block = newId()
  const seats = many(plan.seats, (index) => seatOf(plan, index))
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
          eventSlug(event),
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
      ['id', 'organization_id', 'event_id', 'block_id', 'row_letter', 'seat_number', 'seat_index', 'version'],
      rowsOf(plan, block, seats),
    ),
  ])
  // The last bit, set to what it is, makes the map exist in its full length.
  if (plan.seats > 0) await redis?.call('SETBIT', key('bitmap', { organization, event }), plan.seats - 1, 0)
  return seats
}
