import type { Entity, Sql } from 'vge-perf'
import { many, newId, newToken } from './tokens.js'

/** Accounts that a sale is posted to. Source: contract §8, "Sale entry". */
const accounts = [
  ['1000-CASH', 'asset'],
  ['2000-PAYABLE-ORGANIZER', 'liability'],
  ['5000-PLATFORM-FEE', 'revenue'],
  ['5100-PROCESSOR-FEE', 'revenue'],
  ['2200-PAYABLE-TAX', 'liability'],
] as const

/** Name of an organization in the paths of its pages. */
export const organizationSlug = (id: string): string => `vge-perf-${id}`

/** An organization with the accounts of its ledger. */
export async function makeOrganization(sql: Sql, id: string, name: string): Promise<void> {
  await sql.copy(
    'organizations',
    ['id', 'name', 'slug', 'status'],
    [[id, name, organizationSlug(id), 'active']],
  )
  await sql.copy(
    'ledger_accounts',
    ['organization_id', 'account_code', 'account_type'],
    accounts.map(([code, type]) => [id, code, type]),
  )
}

const makeUsers = async (
  sql: Sql,
  organization: string,
  users: readonly (Entity & { readonly token: string; readonly role: string })[],
): Promise<void> => {
  await Promise.all([
    sql.copy(
      'users',
      ['id', 'email'],
      users.map(({ id = '' }) => [id, `${id}@vge-perf.invalid`]),
    ),
    sql.copy(
      'memberships',
      ['organization_id', 'user_id', 'role', 'status'],
      users.map(({ id = '', role }) => [organization, id, role, 'active']),
    ),
    sql.query(
      `INSERT INTO sessions (token_hash, organization_id, user_id, expires_at)
       SELECT encode(sha256(convert_to(token, 'UTF8')), 'hex'), $1::uuid, id, now() + interval '1 day'
       FROM unnest($2::uuid[], $3::text[]) AS one (id, token)`,
      [organization, users.map(({ id }) => id), users.map(({ token }) => token)],
    ),
  ])
}

/** Buyers of an organization with an open session each: `{ id, token }`. */
export async function makeBuyers(sql: Sql, organization: string, count: number): Promise<Entity[]> {
  const buyers = many(count, () => ({ id: newId(), token: newToken() }))
  await makeUsers(
    sql,
    organization,
    buyers.map((buyer) => ({ ...buyer, role: 'viewer' })),
  )
  return buyers
}

/** People who run an organization, with an open session each: `{ id, token, role }`. Source: contract §3, C19. */
export async function makeOrganisers(sql: Sql, organization: string, count: number): Promise<Entity[]> {
  const organisers = many(count, (index) => ({
    id: newId(),
    token: newToken(),
    role: index % 2 === 0 ? 'admin' : 'staff',
  }))
  await makeUsers(sql, organization, organisers)
  return organisers
}

/** Gates of an event: `{ id, event }`. */
export async function makeGates(
  sql: Sql,
  organization: string,
  event: string,
  count: number,
  capacity: number,
): Promise<Entity[]> {
  const gates = many(count, () => ({ id: newId(), event }))
  await sql.copy(
    'gates',
    ['id', 'organization_id', 'event_id', 'name', 'capacity'],
    gates.map(({ id }, index) => [id, organization, event, `Gate ${index + 1}`, capacity]),
  )
  return gates
}

/** Scanners, spread over gates: `{ id, token, gate }`. */
export async function makeDevices(
  sql: Sql,
  organization: string,
  gates: readonly Entity[],
  count: number,
): Promise<Entity[]> {
  const devices = many(gates.length === 0 ? 0 : count, (index) => ({
    id: newId(),
    token: newToken(),
    gate: String(gates[index % gates.length]?.id),
  }))
  await sql.query(
    `INSERT INTO scan_devices (id, organization_id, gate_id, token_hash, status)
     SELECT id, $1::uuid, gate, encode(sha256(convert_to(token, 'UTF8')), 'hex'), 'active'
     FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS device (id, gate, token)`,
    [
      organization,
      devices.map(({ id }) => id),
      devices.map(({ gate }) => gate),
      devices.map(({ token }) => token),
    ],
  )
  return devices
}
