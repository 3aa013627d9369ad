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

/** An organization with the accounts of its ledger. */
export async function makeOrganization(sql: Sql, id: string, name: string): Promise<void> {
  await sql.copy('organizations', ['id', 'name', 'slug', 'status'], [[id, name, `vge-perf-${id}`, 'active']])
  await sql.copy(
    'ledger_accounts',
    ['organization_id', 'account_code', 'account_type'],
    accounts.map(([code, type]) => [id, code, type]),
  )
}

/** Users of an organization with an open session each: `{ id, token }`. */
export async function makeBuyers(sql: Sql, organization: string, count: number): Promise<Entity[]> {
  const buyers = many(count, () => ({ id: newId(), token: newToken() }))
  await Promise.all([
    sql.copy(
      'users',
      ['id', 'email'],
      buyers.map(({ id }) => [id, `${id}@vge-perf.invalid`]),
    ),
    sql.copy(
      'memberships',
      ['organization_id', 'user_id', 'role', 'status'],
      buyers.map(({ id }) => [organization, id, 'viewer', 'active']),
    ),
    sql.query(
      `INSERT INTO sessions (token_hash, organization_id, user_id, expires_at)
       SELECT encode(sha256(convert_to(token, 'UTF8')), 'hex'), $1::uuid, id, now() + interval '1 day'
       FROM unnest($2::uuid[], $3::text[]) AS buyer (id, token)`,
      [organization, buyers.map(({ id }) => id), buyers.map(({ token }) => token)],
    ),
  ])
  return buyers
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
