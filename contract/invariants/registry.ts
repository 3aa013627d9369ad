import type { Invariant, Offender, RedisStore, TruthTools } from 'vge-perf'
import { eventsOf } from '../data/made.js'
import { rowsOf } from './scope.js'

interface ActiveRow {
  readonly seat: string
  /** `{hold}:{user}`, undefined for a seat without an active hold. */
  readonly owner: string | null
}

/** `{a}:{b}` of `{a}:{b}:…`. */
const firstParts = (value: string, count: number): string => value.split(':').slice(0, count).join(':')

const listed = async (redis: RedisStore, key: string): Promise<ReadonlySet<string>> => {
  const members = await redis.call('ZRANGE', key, 0, -1)
  return new Set(Array.isArray(members) ? members.map((member) => firstParts(String(member), 3)) : [])
}

const compare = async (
  tools: TruthTools & { readonly redis: RedisStore },
  organization: string,
  event: string,
  rows: readonly ActiveRow[],
): Promise<readonly Offender[]> => {
  const { redis, key } = tools
  const locks = await redis.pipeline(rows.map(({ seat }) => ['GET', key('seatLock', { organization, seat })]))
  const list = await listed(redis, key('eventHolds', { organization, event }))
  const held = rows.filter(({ owner }) => owner !== null)
  const expected = new Set(held.map(({ seat, owner }) => `${seat}:${owner}`))
  const wrongLocks = rows.flatMap(({ seat, owner }, index) => {
    const reply = locks[index]
    const lock = typeof reply === 'string' ? firstParts(reply, 2) : null
    if (lock === owner) return []
    return [
      {
        id: seat,
        what: `its active hold is ${owner ?? 'none'}, its lock in Redis is ${lock ?? 'none'}`,
      },
    ]
  })
  return [
    ...wrongLocks,
    ...[...expected]
      .filter((one) => !list.has(one))
      .map((one) => ({ id: firstParts(one, 1), what: `hold ${one} is not in the registry` })),
    ...[...list]
      .filter((one) => !expected.has(one))
      .map((one) => ({
        id: firstParts(one, 1),
        what: `the registry lists ${one}, which is not active`,
      })),
  ]
}

/** Contract I6. */
export const registryEqualsDatabase: Invariant = {
  id: 'I6',
  title: 'Locks and hold registry in Redis are the active holds, with their owners',
  needs: ['sql', 'redis'],
  about: rowsOf('holds', 'seat_holds'),
  store: async (tools) => {
    const offenders: Offender[] = []
    for (const { id: event = '', organization = '' } of eventsOf(tools.dataset)) {
      const rows = await tools.sql.query<ActiveRow>(
        `SELECT seats.id AS seat, hold.id || ':' || hold.user_id AS owner FROM seats
         LEFT JOIN seat_holds hold ON hold.seat_id = seats.id AND hold.status = 'active' WHERE seats.event_id = $1`,
        [event],
      )
      offenders.push(...(await compare(tools, String(organization), String(event), rows)))
    }
    return offenders
  },
}
