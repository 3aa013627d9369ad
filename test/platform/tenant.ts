import { randomUUID } from 'node:crypto'
import { tokenHash } from '../../platform/auth.js'
import type { App } from '../../platform/kernel.js'

/** A tenant of one event with free seats, its buyers' bearer tokens and ids. */
export interface Tenant {
  readonly org: string
  readonly event: string
  readonly seats: readonly string[]
  readonly buyers: readonly { readonly id: string; readonly token: string }[]
}

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

/** Written past the platform, as a load tool prepares its data. */
export async function makeTenant(
  { pg }: App,
  { seats = 10, buyers = 3, holdTtlS = null as number | null } = {},
): Promise<Tenant> {
  const tenant = {
    org: randomUUID(),
    event: randomUUID(),
    seats: ids(seats),
    buyers: ids(buyers).map((id) => ({ id, token: `token-${id}` })),
  }
  const { org, event } = tenant
  const block = randomUUID()
  await pg.query('INSERT INTO organizations (id, slug) VALUES ($1::uuid, $1::text)', [org])
  await pg.query(
    `INSERT INTO ledger_accounts (organization_id, account_code, account_type)
     SELECT $1, code, 'test' FROM unnest($2::text[]) AS code`,
    [org, ['1000-CASH', '2000-PAYABLE-ORGANIZER', '2200-PAYABLE-TAX', '5000-PLATFORM', '5100-PROCESSOR']],
  )
  await pg.query(
    `INSERT INTO events (id, organization_id, slug, status, capacity, hold_ttl_s) VALUES ($1, $2, 'evening', 'live', $3, $4)`,
    [event, org, seats, holdTtlS],
  )
  await pg.query(
    "INSERT INTO blocks (id, organization_id, event_id, name, price_cents) VALUES ($1, $2, $3, 'Main', 10000)",
    [block, org, event],
  )
  await pg.query(
    `INSERT INTO seats (id, organization_id, event_id, block_id, row_letter, seat_number, seat_index)
     SELECT id, $1, $2, $3, 'A', place::text, place - 1 FROM unnest($4::uuid[]) WITH ORDINALITY AS s (id, place)`,
    [org, event, block, tenant.seats],
  )
  await pg.query(
    "INSERT INTO users (id, email) SELECT id, id::text || '@test.example' FROM unnest($1::uuid[]) AS id",
    [tenant.buyers.map(({ id }) => id)],
  )
  await pg.query(
    'INSERT INTO memberships (organization_id, user_id) SELECT $1, id FROM unnest($2::uuid[]) AS id',
    [org, tenant.buyers.map(({ id }) => id)],
  )
  await pg.query(
    `INSERT INTO sessions (token_hash, organization_id, user_id, expires_at)
     SELECT hash, $1, id, now() + interval '1 hour' FROM unnest($2::text[], $3::uuid[]) AS s (hash, id)`,
    [org, tenant.buyers.map(({ token }) => tokenHash(token)), tenant.buyers.map(({ id }) => id)],
  )
  return tenant
}
