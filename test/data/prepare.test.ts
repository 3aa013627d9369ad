import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { prepareData } from '../../src/data/index.js'
import { startTestStores, type TestStores } from '../truth/stores.js'

let target: TestStores
beforeAll(async () => {
  target = await startTestStores()
})
afterAll(() => target.stop())

const login = {
  url: 'http://127.0.0.1:9',
  headers: {},
  tools: { secrets: {}, figures: {}, now: () => 0, hmacSha256: () => '' },
}
const shape = { events: 1, seats: 5_000, hot: 1, buyers: 11_000, strangers: 10, gates: 10, devices: 50, tickets: 500, expiring: 100, closed: 10 }

const rows = async (organizations: readonly string[]) => {
  const counts: Record<string, number> = {}
  for (const table of ['events', 'seats', 'sessions', 'memberships', 'tickets', 'seat_holds', 'journal_entry_line_items', 'gates']) {
    const [row] = await target.stores.sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} WHERE organization_id = ANY($1::uuid[])`,
      [organizations],
    )
    counts[table] = row?.count ?? -1
  }
  return counts
}

test('prepares a tenant of its own in bulk, and takes every row and key away again', async () => {
  const started = performance.now()
  const { dataset, clean } = await prepareData({ adapter: 'sql' }, { contract, stores: target.stores, shape, seed: 'seed', login })
  console.log('prepare', performance.now() - started)
  const organizations = (dataset.organizations ?? []).map(({ id }) => String(id))
  expect(Object.fromEntries(Object.entries(shape).slice(1).map(([kind]) => [kind, dataset[kind]?.length]))).toEqual(
    Object.fromEntries(Object.entries(shape).slice(1)),
  )
  expect(await rows(organizations)).toMatchObject({ seats: 5_612, sessions: 11_011, tickets: 500, seat_holds: 500, gates: 10 })
  const [event] = dataset.events ?? []
  expect(await target.stores.redis.call('BITCOUNT', contract.keys.bitmap?.replace('{organization}', String(event?.organization)).replace('{event}', String(event?.id)) ?? '')).toBe(500)

  const c = performance.now()
  await clean()
  console.log('clean', performance.now() - c)
  expect(new Set(Object.values(await rows(organizations)))).toEqual(new Set([0]))
  expect(await target.stores.sql.query('SELECT id FROM users')).toEqual([])
  expect(await target.stores.redis.scan('*')).toEqual([])
})
