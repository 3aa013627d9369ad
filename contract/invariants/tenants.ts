import type { Invariant, Offender, RedisStore, TruthTools } from 'vge-perf'
import { eventsOf } from '../data/made.js'
import { factsOf, text } from './facts.js'
import { rowsOf, select } from './scope.js'

const told: Readonly<Record<string, string>> = {
  leaked: 'was given to',
  taken: 'is held by somebody, as was told to',
}

/** Things that a person of the other tenant was given, or told of, in either direction. */
const leaks = (tools: TruthTools): readonly Offender[] => {
  const outside = ['strangers', 'rivals', 'rivalOrganisers', 'foreignDevices'].flatMap(
    (kind) => tools.dataset[kind] ?? [],
  )
  const strangers = new Set(outside.map(({ id }) => String(id)))
  const theirs = new Set((tools.dataset.rivalSeats ?? []).map(({ id }) => String(id)))
  return factsOf(tools, 'trespass')
    .map((fact) => ({
      how: told[text(fact, 'outcome')],
      who: text(fact, 'buyer') || text(fact, 'device'),
      thing: text(fact, 'seat') || text(fact, 'code'),
    }))
    .filter(({ how, who, thing }) => how !== undefined && strangers.has(who) !== theirs.has(thing))
    .map(({ how, who, thing }) => ({ id: thing, what: `${how} ${who} of another tenant` }))
}

/** Pairs of rows that must belong to one tenant: child table, its column, parent table. */
const kinships = [
  ['seat_holds', 'seat_id', 'seats'],
  ['seats', 'event_id', 'events'],
  ['checkouts', 'event_id', 'events'],
  ['checkout_items', 'checkout_id', 'checkouts'],
  ['tickets', 'seat_id', 'seats'],
  ['tickets', 'event_id', 'events'],
  ['scans', 'ticket_id', 'tickets'],
  ['scans', 'device_id', 'scan_devices'],
  ['transactions', 'checkout_id', 'checkouts'],
  ['journal_entries', 'reference_id', 'checkouts'],
] as const

// Once from each side, so that either finds its rows by an index.
const crossed = kinships.flatMap(([child, column, parent]) =>
  ['child', 'parent'].map(
    (ours) =>
      `SELECT child.id, '${child} of tenant ' || child.organization_id || ' on ${parent} of tenant ' || parent.organization_id AS what
       FROM ${child} child JOIN ${parent} parent ON parent.id = child.${column}
       WHERE child.organization_id <> parent.organization_id AND ${ours}.organization_id = ANY($1::uuid[])`,
  ),
)

const withoutMembership = ['seat_holds', 'checkouts', 'tickets'].map(
  (table) =>
    `SELECT id, '${table} of user ' || user_id || ', who is no member of this tenant' AS what FROM ${table}
     WHERE organization_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM memberships member
       WHERE member.user_id = ${table}.user_id AND member.organization_id = ${table}.organization_id)`,
)

/** Keys that name one of our events, but not its tenant. */
const namelessKeys = async (
  tools: TruthTools & { readonly redis: RedisStore },
): Promise<readonly Offender[]> => {
  const found = await Promise.all(
    eventsOf(tools.dataset).map(async ({ id = '', organization = '' }) => {
      const keys = await tools.redis.scan(tools.key('naming', { id }))
      return keys.filter((key) => !key.includes(`org:${organization}`))
    }),
  )
  return found.flat().map((id) => ({ id, what: 'is a key of an event without its tenant' }))
}

/** Contract I9, as far as HTTP and the stores show it. */
export const tenantsAreApart: Invariant = {
  id: 'I9',
  title: 'Nothing of one tenant reaches another',
  needs: ['sql', 'redis'],
  about: rowsOf('rows', 'seat_holds', 'checkouts', 'tickets', 'scans'),
  wire: leaks,
  store: async (tools) => [
    ...(await select(tools, [...crossed, ...withoutMembership].join(' UNION '))),
    ...(await namelessKeys(tools)),
  ],
}
