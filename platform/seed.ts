import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { tokenHash } from './auth.js'
import { hashPassword } from './passwords.js'

const seats = 50
const users = 5
const gates = 2

/** Password of every demo user `buyer{1…5}@{tenant}.example`; scanners' tokens are `{tenant}-gate-{1,2}`. */
const password = 'voelgoed-demo'

const accounts = [
  '1000-CASH',
  '2000-PAYABLE-ORGANIZER',
  '2200-PAYABLE-TAX',
  '5000-PLATFORM-FEE',
  '5100-PROCESSOR-FEE',
]

/** Two small tenants to try things with, unless they are there. */
export async function seed(client: ClientBase): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM organizations WHERE slug = 'demo-a'")
  if (rowCount !== 0) return
  const hash = await hashPassword(password)
  for (const slug of ['demo-a', 'demo-b']) await seedTenant(client, slug, hash)
}

async function seedTenant(client: ClientBase, slug: string, hash: string): Promise<void> {
  const [org, event, block] = [randomUUID(), randomUUID(), randomUUID()]
  await client.query('BEGIN')
  await client.query('INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)', [org, slug])
  await client.query(
    "INSERT INTO ledger_accounts (organization_id, account_code, account_type) SELECT $1, code, 'standard' FROM unnest($2::text[]) AS code",
    [org, accounts],
  )
  await client.query(
    `INSERT INTO events (id, organization_id, name, slug, status, start_at, end_at, capacity)
     VALUES ($1, $2, 'Demo evening', 'demo-evening', 'live', now(), now() + interval '1 year', $3)`,
    [event, org, seats],
  )
  await client.query(
    "INSERT INTO blocks (id, organization_id, event_id, name, price_cents) VALUES ($1, $2, $3, 'Main', 25000)",
    [block, org, event],
  )
  await client.query(
    `INSERT INTO seats (organization_id, event_id, block_id, row_letter, seat_number, seat_index)
     SELECT $1, $2, $3, chr(65 + i / 10), (i % 10 + 1)::text, i FROM generate_series(0, $4 - 1) AS i`,
    [org, event, block, seats],
  )
  await client.query(
    `WITH people AS (
       INSERT INTO users (email, password_hash)
       SELECT 'buyer' || i || '@' || $2::text || '.example', $3 FROM generate_series(1, $4) AS i RETURNING id
     )
     INSERT INTO memberships (organization_id, user_id) SELECT $1, id FROM people`,
    [org, slug, hash, users],
  )
  for (let number = 1; number <= gates; number += 1) {
    const gate = randomUUID()
    await client.query(
      'INSERT INTO gates (id, organization_id, event_id, name, capacity) VALUES ($1, $2, $3, $4, $5)',
      [gate, org, event, `Gate ${number}`, seats],
    )
    await client.query(
      'INSERT INTO scan_devices (organization_id, gate_id, token_hash) VALUES ($1, $2, $3)',
      [org, gate, tokenHash(`${slug}-gate-${number}`)],
    )
  }
  await client.query('COMMIT')
}
