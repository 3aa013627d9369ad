import type { Contract } from 'vge-perf'
import { eventsOf } from './made.js'

/**
 * Of rows that `prepare` made the tenants, which are taken away last (one has keys alone), and a bitmap: next door is always a seat, and
 * so a map. Of rows that somebody gave in a file the events.
 */
export const lacks: NonNullable<Contract['data']['lacks']> = async (dataset, { sql, redis, key }) => {
  const { organizations = [] } = dataset
  const events = eventsOf(dataset)
  const made = organizations.length > 0
  const [table, rows] = made ? (['organizations', organizations] as const) : (['events', events] as const)
  const [found] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE id = ANY($1::uuid[])`,
    [rows.map(({ id }) => String(id))],
  )
  if (rows.length > 0 && found?.count === 0) return `Postgres has none of its ${table}`
  if (!made || redis === undefined) return undefined
  const maps = await redis.call(
    'EXISTS',
    ...events.map(({ id = '', organization = '' }) => key('bitmap', { organization, event: id })),
  )
  return maps === 0 ? 'Redis has no bitmap of its events' : undefined
}
