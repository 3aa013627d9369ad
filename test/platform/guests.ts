import { randomUUID } from 'node:crypto'
import { tokenHash } from '../../platform/auth.js'
import type { App } from '../../platform/kernel.js'
import { makeTenant, type Tenant } from './tenant.js'

/** A tenant whose seats are all sold, with one ticket a seat, and one scanner at each gate. */
export interface Guests extends Tenant {
  readonly codes: readonly string[]
  readonly devices: readonly { readonly id: string; readonly gate: string; readonly token: string }[]
}

const code = (): string =>
  randomUUID()
    .slice(0, 12)
    .toUpperCase()
    .replace(/^(.{4}).(.{3})-(.{3})/, '$1-$2X-Y$3')

export async function makeGuests(app: App, { tickets = 1, gates = 1 } = {}): Promise<Guests> {
  const tenant = await makeTenant(app, { seats: tickets, buyers: 1 })
  const { org, event, seats, buyers } = tenant
  const codes = seats.map(code)
  const devices = Array.from({ length: gates }, () => ({
    id: randomUUID(),
    gate: randomUUID(),
    token: randomUUID(),
  }))
  await app.pg.query("UPDATE seats SET status = 'sold' WHERE event_id = $1", [event])
  await app.pg.query(
    `INSERT INTO tickets (organization_id, event_id, user_id, seat_id, ticket_code)
     SELECT $1, $2, $3, seat, code FROM unnest($4::uuid[], $5::text[]) AS t (seat, code)`,
    [org, event, buyers[0]?.id, seats, codes],
  )
  await app.pg.query(
    `INSERT INTO gates (id, organization_id, event_id, name)
     SELECT id, $1, $2, 'Gate ' || place FROM unnest($3::uuid[]) WITH ORDINALITY AS g (id, place)`,
    [org, event, devices.map(({ gate }) => gate)],
  )
  await app.pg.query(
    `INSERT INTO scan_devices (id, organization_id, gate_id, token_hash)
     SELECT id, $1, gate, hash FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS d (id, gate, hash)`,
    [
      org,
      devices.map(({ id }) => id),
      devices.map(({ gate }) => gate),
      devices.map(({ token }) => tokenHash(token)),
    ],
  )
  return { ...tenant, codes, devices }
}
