import type { Contract } from 'vge-perf'
import { eventsOf } from './made.js'

/** The events of a dataset by their rows, and those that `prepare` made by their bitmaps, too: next door is always a seat, and so a map. */
export const lacks: NonNullable<Contract['data']['lacks']> = async (dataset, { sql, redis, key }) => {
  const events = eventsOf(dataset)
  if (events.length === 0) return undefined
  const [found] = await sql.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM events WHERE id = ANY($1::uuid[])',
    [events.map(({ id }) => String(id))],
  )
  const there = found?.count ?? 0
  if (there < events.length) return `Postgres has ${there} of its ${events.length} events`
  const made = (dataset.organizations ?? []).length > 0
  if (!made || redis === undefined) return undefined
  const maps = await redis.call(
    'EXISTS',
    ...events.map(({ id = '', organization = '' }) => key('bitmap', { organization, event: id })),
  )
  return maps === 0 ? 'Redis has no bitmap of its events' : undefined
}
