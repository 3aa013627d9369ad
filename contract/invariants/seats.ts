import type { Invariant } from 'vge-perf'
import { overlappingHolds } from './holds-on-the-wire.js'
import { liveTicket, rowsOf, select } from './scope.js'

/** Contract I1. */
export const oneLiveHoldASeat: Invariant = {
  id: 'I1',
  title: 'A seat has at most one live hold',
  needs: ['sql'],
  about: rowsOf('holds', 'seat_holds'),
  wire: overlappingHolds,
  store: (tools) =>
    select(
      tools,
      `SELECT seat_id AS id, 'has ' || count(*) || ' active holds: ' || string_agg(id::text, ', ') AS what
       FROM seat_holds WHERE organization_id = ANY($1::uuid[]) AND status = 'active' GROUP BY seat_id HAVING count(*) > 1`,
    ),
}

/** Contract I2. */
export const noOversell: Invariant = {
  id: 'I2',
  title: 'No seat and no ticket type is sold twice over',
  needs: ['sql'],
  about: rowsOf('tickets', 'tickets'),
  store: async (tools) => [
    ...(await select(
      tools,
      `SELECT seat_id AS id, 'has ' || count(*) || ' live tickets: ' || string_agg(id::text, ', ') AS what
       FROM tickets WHERE organization_id = ANY($1::uuid[]) AND status IN ${liveTicket}
       GROUP BY event_id, seat_id HAVING count(*) > 1`,
    )),
    ...(await select(
      tools,
      `SELECT id, 'ticket type: sold ' || sold_count || ' + held ' || held_count || ' of ' || total_quantity AS what
       FROM ticket_types WHERE organization_id = ANY($1::uuid[]) AND sold_count + held_count > total_quantity`,
    )),
  ],
}

/** Contract I4; a converted hold whose seat is free again (I7) is seen here too. */
export const seatAgrees: Invariant = {
  id: 'I4',
  title: 'A held seat has exactly its one active hold, a sold seat its one live ticket',
  needs: ['sql'],
  about: rowsOf('seats', 'seats'),
  store: (tools) =>
    select(
      tools,
      `WITH active AS (
         SELECT seat_id, count(*) AS n, min(id::text) AS id FROM seat_holds
         WHERE organization_id = ANY($1::uuid[]) AND status = 'active' GROUP BY seat_id
       ), live AS (
         SELECT seat_id, count(*) AS n FROM tickets
         WHERE organization_id = ANY($1::uuid[]) AND status IN ${liveTicket} GROUP BY seat_id
       )
       SELECT seats.id, 'is ' || seats.status || ' with ' || coalesce(active.n, 0) || ' active holds (linked to '
         || coalesce(seats.seat_hold_id::text, 'none') || ') and ' || coalesce(live.n, 0) || ' live tickets' AS what
       FROM seats LEFT JOIN active ON active.seat_id = seats.id LEFT JOIN live ON live.seat_id = seats.id
       WHERE seats.organization_id = ANY($1::uuid[]) AND NOT coalesce(CASE seats.status
         WHEN 'held' THEN coalesce(active.n, 0) = 1 AND seats.seat_hold_id::text = active.id AND live.n IS NULL
         WHEN 'sold' THEN coalesce(live.n, 0) = 1 AND active.n IS NULL
         ELSE active.n IS NULL AND live.n IS NULL END, false)`,
    ),
}

/** Contract I7, §5 "Hold". */
export const holdsExpire: Invariant = {
  id: 'I7',
  title: 'A hold is released soon after its time, and not before',
  needs: ['sql'],
  about: rowsOf('holds', 'seat_holds'),
  store: (tools) =>
    select(
      tools,
      `SELECT id, 'is active ' || round(extract(epoch FROM now() - held_until)) || ' s after its time' AS what
       FROM seat_holds WHERE organization_id = ANY($1::uuid[]) AND status = 'active'
         AND held_until < now() - make_interval(secs => ${Number(tools.figures.hold_release_grace_s)})
       UNION ALL
       SELECT id, 'ended as expired before its time' FROM seat_holds
       WHERE organization_id = ANY($1::uuid[]) AND status = 'expired' AND least(expired_at, now()) < held_until - make_interval(secs => ${Number(tools.figures.clock_slack_ms) / 1_000})`,
    ),
}
