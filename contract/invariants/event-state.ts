import type { Invariant } from 'vge-perf'
import { factsOf, text } from './facts.js'
import { rowsOf, select } from './scope.js'

/** Contract I17, §5 "Event". */
export const eventState: Invariant = {
  id: 'I17',
  title: 'Nothing is held or admitted outside the states of an event',
  needs: ['sql'],
  about: rowsOf('holds and scans', 'seat_holds', 'scans'),
  wire: (tools) => {
    const closed = new Set((tools.dataset.closed ?? []).map(({ id }) => String(id)))
    return factsOf(tools, 'trespass')
      .filter((fact) => text(fact, 'outcome') === 'leaked' && closed.has(text(fact, 'seat')))
      .map((fact) => ({
        id: text(fact, 'seat'),
        what: 'was given to a buyer though its event is not on sale',
      }))
  },
  store: (tools) =>
    select(
      tools,
      `SELECT hold.id, 'is active though its event is ' || events.status AS what
       FROM seat_holds hold JOIN events ON events.id = hold.event_id
       WHERE hold.organization_id = ANY($1::uuid[]) AND hold.status = 'active'
         AND events.status NOT IN ('published', 'live', 'postponed')
       UNION ALL
       SELECT scans.id, 'was admitted though its event is ' || events.status
       FROM scans JOIN events ON events.id = scans.event_id
       WHERE scans.organization_id = ANY($1::uuid[]) AND scans.status = 'admitted' AND events.status NOT IN ('live', 'postponed')`,
    ),
}
