import type { DataShape } from 'vge-perf'

/**
 * What a scenario may ask for. `hot`: seats of the main event that stay out of `seats`. `expiring`, `closed`: seats of
 * an event with short holds, of one not on sale. `organisers`: staff. `tickets`, `offline`, `bulk`: sold tickets
 * in three piles. Of a second tenant: `strangers` and `foreignDevices`, who only trespass; `rivals`, who buy there, with
 * `rivalEvents`, `rivalSeats`, `rivalOrganisers`, `rivalGates`. `slots`, `counters`: names in a made-up tenant, for Redis only.
 */
const kinds = [
  'events',
  'seats',
  'hot',
  'expiring',
  'closed',
  'buyers',
  'organisers',
  'strangers',
  'gates',
  'devices',
  'foreignDevices',
  'rivals',
  'rivalEvents',
  'rivalSeats',
  'rivalOrganisers',
  'rivalGates',
  'tickets',
  'offline',
  'bulk',
  'slots',
  'counters',
] as const
type Kind = (typeof kinds)[number]

const isKind = (name: string): name is Kind => kinds.some((kind) => kind === name)

/** How many of each kind a shape asks for. */
export type Count = (kind: Kind) => number

/** Throws for a kind that nobody here can make. */
export const counter = (shape: DataShape): Count => {
  for (const name of Object.keys(shape)) {
    if (!isKind(name)) throw new Error(`The contract cannot make "${name}". It makes: ${kinds.join(', ')}.`)
  }
  return (kind) => shape[kind] ?? 0
}
