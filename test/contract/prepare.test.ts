import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { keyOf } from '../../src/binding/contract.js'
import type { Prepared } from '../../src/data/index.js'
import type { Entity } from '../../src/model/scenario.js'
import { prepareSql } from '../data/prepare-sql.js'
import { startTestStores, type TestStores } from '../truth/stores.js'

const shape = {
  events: 1,
  seats: 120,
  hot: 1,
  expiring: 2,
  closed: 1,
  buyers: 2,
  organisers: 2,
  strangers: 2,
  gates: 2,
  rivals: 3,
  rivalEvents: 1,
  rivalSeats: 60,
  rivalOrganisers: 1,
  rivalGates: 2,
  tickets: 3,
}

let target: TestStores
let prepared: Prepared
beforeAll(async () => {
  target = await startTestStores()
  prepared = await prepareSql(target, shape)
})
afterAll(() => target.stop())

const all = (kind: string): readonly Entity[] => prepared.dataset[kind] ?? []
const query = <Row>(text: string, ids: readonly Entity[]) =>
  target.stores.sql.query<Row>(text, [ids.map(({ id }) => id)])

test('each kind is there in its number', () => {
  const { events: _, ...counted } = shape
  expect(Object.fromEntries(Object.keys(counted).map((kind) => [kind, all(kind).length]))).toEqual(counted)
})

test('events are known by what their pages and topics need', async () => {
  const events = [...all('events'), ...all('rivalEvents')]
  const rows = await query<Entity>(
    `SELECT events.id, events.slug, organizations.slug AS org_slug, organizations.id AS org, organizations.id AS organization
     FROM events JOIN organizations ON organizations.id = events.organization_id WHERE events.id = ANY($1::uuid[])`,
    events,
  )
  expect(rows).toHaveLength(4)
  const kinds = new Map(events.map(({ id, kind }) => [id, kind]))
  expect(rows.map((row) => ({ ...row, kind: kinds.get(row.id) }))).toEqual(expect.arrayContaining(events))
})

test('a seat has the label, index and version that the database has', async () => {
  const seats = [...all('seats'), ...all('hot'), ...all('expiring'), ...all('closed'), ...all('rivalSeats')]
  const rows = await query<Entity>(
    `SELECT id, event_id AS event, organization_id AS organization, organization_id AS org, seat_index AS index,
       row_letter || seat_number AS label, version FROM seats WHERE id = ANY($1::uuid[])`,
    seats,
  )
  const byId = (entities: readonly Entity[]) => new Map(entities.map((entity) => [entity.id, entity]))
  expect(byId(rows)).toEqual(byId(seats))
  expect(all('seats')[60]).toMatchObject({ label: 'B11', index: 60, version: 1 })
  expect(new Set(all('seats').map(({ label }) => label)).size).toBe(120)
})

test('people can log in with the token and role that they have', async () => {
  const people = [
    ...[...all('buyers'), ...all('strangers'), ...all('rivals')].map((one) => ({
      ...one,
      role: 'viewer',
    })),
    ...all('organisers'),
    ...all('rivalOrganisers'),
  ]
  const rows = await query<{ id: string; role: string; hash: string }>(
    `SELECT sessions.user_id AS id, role, token_hash AS hash FROM sessions
     JOIN memberships ON memberships.user_id = sessions.user_id AND memberships.organization_id = sessions.organization_id
     WHERE sessions.user_id = ANY($1::uuid[])`,
    people,
  )
  const hashed = people.map(({ id, role, token }: Entity) => ({
    id,
    role,
    hash: createHash('sha256').update(String(token)).digest('hex'),
  }))
  expect(rows).toHaveLength(people.length)
  expect(rows).toEqual(expect.arrayContaining(hashed))
  expect(all('organisers').map(({ role }) => role)).toEqual(['admin', 'staff'])
})

test('the second tenant shares nothing with the first, and its bitmap is warm', async () => {
  const home = all('events')[0]?.organization
  const [rival] = all('rivalEvents')
  expect(rival?.organization).not.toBe(home)
  expect(new Set(all('rivalSeats').map(({ organization }) => organization))).toEqual(
    new Set([rival?.organization]),
  )
  const rows = await query<{ id: string }>(
    'SELECT DISTINCT organization_id AS id FROM gates WHERE id = ANY($1::uuid[])',
    all('rivalGates'),
  )
  expect(rows).toEqual([{ id: rival?.organization }])
  const key = keyOf(contract)('bitmap', { organization: rival?.organization ?? '', event: rival?.id ?? '' })
  expect(await target.stores.redis.call('STRLEN', key)).toBe(8)
})

test('nothing is left of any of it', async () => {
  await prepared.clean()
  const [left] = await target.stores.sql.query(
    `SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM seats) + (SELECT count(*) FROM gates)
       + (SELECT count(*) FROM organizations) AS rows`,
  )
  expect(left).toEqual({ rows: '0' })
  expect(await target.stores.redis.scan('*')).toEqual([])
})
