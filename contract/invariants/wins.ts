import type { Invariant, JsonObject, Offender, TruthTools } from 'vge-perf'
import { factsOf, text } from './facts.js'
import { winnersOfContestedSeats } from './holds-on-the-wire.js'
import { organizations, receiptsOf } from './scope.js'

interface HoldRow {
  readonly id: string
  readonly seat: string
  readonly buyer: string
  readonly status: string
  readonly past: boolean
}

const wrong = (
  fact: JsonObject,
  row: HoldRow | undefined,
  released: string | undefined,
): string | undefined => {
  const told = `was told to buyer ${text(fact, 'buyer')}`
  if (row === undefined) return `${told} but is not in the database`
  if (row.seat !== text(fact, 'seat') || row.buyer !== text(fact, 'buyer')) {
    return `${told} for seat ${text(fact, 'seat')}, but belongs to buyer ${row.buyer} and seat ${row.seat}`
  }
  if (released === 'released')
    return row.status === 'active' ? `${told}, was given back, and is still active` : undefined
  if (released !== undefined || row.status === 'active' || row.status === 'converted') return undefined
  return row.status === 'expired' && row.past
    ? undefined
    : `${told} and is ${row.status} though nobody gave it back`
}

/** Holds of our buyers that no answer told of and no lost answer explains. */
const untold = (tools: TruthTools, rows: readonly HoldRow[]): readonly Offender[] => {
  if (tools.underLoad) return []
  const told = new Set(factsOf(tools, 'hold').map((fact) => text(fact, 'hold')))
  const doubtful = new Set(
    factsOf(tools, 'unknown').map((fact) => `${text(fact, 'seat')} ${text(fact, 'buyer')}`),
  )
  // A scenario that keeps no account of its wins looks like a platform that answers nobody.
  const silent =
    told.size === 0 ? " (this scenario tells of no hold: its journey must say vu.receipt('hold', …))" : ''
  const buyers = new Set(
    ['buyers', 'rivals'].flatMap((kind) => (tools.dataset[kind] ?? []).map(({ id }) => String(id))),
  )
  return rows
    .filter(({ id, seat, buyer }) => buyers.has(buyer) && !told.has(id) && !doubtful.has(`${seat} ${buyer}`))
    .map(({ id, seat, buyer }) => ({
      id,
      what: `is a hold of seat ${seat} for buyer ${buyer}, who was never told${silent}`,
    }))
}

/** Contract I3. */
export const everyWinIsKept: Invariant = {
  id: 'I3',
  title: 'Every hold told to a buyer is in the database, and no other',
  needs: ['sql'],
  about: receiptsOf('wins', 'hold'),
  wire: winnersOfContestedSeats,
  store: async (tools) => {
    const rows = await tools.sql.query<HoldRow>(
      `SELECT id, seat_id AS seat, user_id AS buyer, status, held_until <= now() AS past
       FROM seat_holds WHERE organization_id = ANY($1::uuid[])`,
      [await organizations(tools)],
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const released = new Map(
      factsOf(tools, 'release').map((fact) => [text(fact, 'hold'), text(fact, 'outcome')]),
    )
    const lost = factsOf(tools, 'hold').flatMap((fact) => {
      const id = text(fact, 'hold')
      const what = wrong(fact, byId.get(id), released.get(id))
      return what === undefined ? [] : [{ id, what }]
    })
    return [...lost, ...untold(tools, rows)]
  },
}
