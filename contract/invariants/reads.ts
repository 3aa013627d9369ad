import type { Invariant } from 'vge-perf'
import { seatsOf } from '../data/made.js'
import { byText, factsOf, number, text } from './facts.js'
import { mostRows, receiptsOf } from './scope.js'

/** `since` is when the change was answered, milliseconds since 1970. */
const clock = (since: number): string =>
  Number.isFinite(since) ? new Date(since).toISOString() : 'an unknown time'

/** Contract §6 "Order": commit, Redis, tables, broadcast, and only then the reply; I5 as readers see it. */
export const readsFollowWrites: Invariant = {
  id: 'I5',
  title: 'A read that begins after the reply of a change shows it',
  needs: [],
  wire: (tools) =>
    factsOf(tools, 'stale_read').map((fact) => ({
      id: text(fact, 'seat'),
      what: `its change was answered at ${clock(number(fact, 'since'))}, and a ${text(fact, 'what')} read after it showed the state before`,
    })),
}

/** A seat that never changed was free at every moment: nobody can have been told that its event is sold out. */
export const soldOutIsTrue: Invariant = {
  id: 'I5',
  title: 'Nobody is told "sold out" while a seat is free',
  needs: ['sql'],
  about: receiptsOf('buyers told', 'sold_out'),
  store: async (tools) => {
    const told = byText(factsOf(tools, 'sold_out'), 'event')
    const seats = seatsOf(tools.dataset).flatMap(({ id, event, version }) =>
      told.has(String(event)) && typeof version === 'number' ? [{ id: String(id), version }] : [],
    )
    const rows = await tools.sql.query<{ id: string; event: string }>(
      `SELECT seats.id, seats.event_id AS event FROM unnest($1::uuid[], $2::int[]) AS made (id, version)
       JOIN seats ON seats.id = made.id AND seats.version = made.version AND seats.status = 'available' LIMIT ${mostRows}`,
      [seats.map(({ id }) => id), seats.map(({ version }) => version)],
    )
    return rows.map(({ id, event }) => ({
      id,
      what: `was free all the time, but ${told.get(event)?.length ?? 0} buyers were told that event ${event} is sold out`,
    }))
  },
}
