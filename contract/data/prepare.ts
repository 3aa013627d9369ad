import type { DataShape, Dataset, Entity, PrepareTools, Sql } from 'vge-perf'
import { clean } from './clean.js'
import { eventEntity, makeEvent } from './events.js'
import { counter, type Count } from './kinds.js'
import { makeNeighbours } from './neighbours.js'
import { sellSeats } from './sold.js'
import { makeBuyers, makeDevices, makeGates, makeOrganisers, makeOrganization } from './tenants.js'
import { many, newId } from './tokens.js'

/** The tenant in which the journeys are at home. */
const makeHome = async (tools: PrepareTools, organization: string, count: Count): Promise<Dataset> => {
  const { sql, figures } = tools
  const [event, expiringEvent, closedEvent] = [newId(), newId(), newId()]
  const home = { organization, status: 'live', ttl: null } as const
  const piles = [count('seats'), count('hot'), count('tickets'), count('offline'), count('bulk')] as const
  const total = piles.reduce((sum, pile) => sum + pile, 0)
  const ttl = figures.expiring_hold_ttl_s ?? null
  const [all, expiring, closed, buyers, organisers, owners, gates] = await Promise.all([
    makeEvent(tools, { ...home, id: event, seats: total }),
    makeEvent(tools, { ...home, id: expiringEvent, seats: count('expiring'), ttl }),
    makeEvent(tools, { ...home, id: closedEvent, seats: count('closed'), status: 'draft' }),
    makeBuyers(sql, organization, count('buyers')),
    makeOrganisers(sql, organization, count('organisers')),
    makeBuyers(sql, organization, 1),
    makeGates(sql, organization, event, count('gates'), figures.gate_capacity_count ?? 0),
    makeOrganization(sql, organization, 'Load test'),
  ])
  const onSale = piles[0] + piles[1]
  const [tickets, devices] = await Promise.all([
    sellSeats(tools, event, organization, String(owners[0]?.id), all.slice(onSale)),
    makeDevices(sql, organization, gates, count('devices')),
  ])
  const offlineFrom = piles[2]
  const bulkFrom = offlineFrom + piles[3]
  return {
    events: [
      eventEntity(event, organization, 'main'),
      eventEntity(expiringEvent, organization, 'expiring'),
      eventEntity(closedEvent, organization, 'closed'),
    ],
    seats: all.slice(0, piles[0]),
    hot: all.slice(piles[0], onSale),
    expiring,
    closed,
    buyers,
    organisers,
    gates,
    devices,
    tickets: tickets.slice(0, offlineFrom),
    offline: tickets.slice(offlineFrom, bulkFrom),
    bulk: tickets.slice(bulkFrom),
  }
}

const makeSandbox = (organization: string, count: Count): Dataset => {
  const event = newId()
  const slot = (index: number): Entity => ({ id: newId(), organization, event, index })
  return { slots: many(count('slots'), slot), counters: many(count('counters'), slot) }
}

/** The same statements, and a wait until every one that was begun has ended. */
const watched = (sql: Sql): { readonly sql: Sql; readonly ended: () => Promise<void> } => {
  const begun: Promise<unknown>[] = []
  const watch = <T>(promise: Promise<T>): Promise<T> => {
    begun.push(promise)
    return promise
  }
  return {
    sql: {
      query: (text, values) => watch(sql.query(text, values)),
      copy: (table, columns, rows) => watch(sql.copy(table, columns, rows)),
    },
    ended: async () => {
      for (let seen = -1; seen < begun.length;) {
        seen = begun.length
        await Promise.allSettled(begun)
      }
    },
  }
}

/** Makes what a scenario wants in tenants of its own, by COPY, with Redis warm. Takes its rows away again when it fails. */
export async function prepare(shape: DataShape, given: PrepareTools): Promise<Dataset> {
  const { sql, ended } = watched(given.sql)
  const tools = { ...given, sql }
  const count = counter(shape)
  const [home, nextDoor, sandbox] = [newId(), newId(), newId()]
  const organizations = [
    { id: home, kind: 'home' },
    { id: nextDoor, kind: 'next-door' },
    { id: sandbox, kind: 'sandbox' },
  ]
  try {
    const [own, others] = await Promise.all([
      makeHome(tools, home, count),
      makeNeighbours(tools, nextDoor, count),
    ])
    // Plans that do not change when the server happens to look at the new rows in the middle of a run.
    await sql.query(
      'ANALYZE seats, seat_holds, sessions, memberships, users, tickets, scan_devices, checkouts',
    )
    return { organizations, ...own, ...others, ...makeSandbox(sandbox, count) }
  } catch (error) {
    // One part failed while others were at work; their rows must not come after the cleaning.
    await ended()
    await clean({ organizations }, given)
    throw error
  }
}
