import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { tenantTables } from '../../contract/tables.js'
import { keyOf } from '../../src/binding/contract.js'
import { startTestStores, type TestStores } from '../truth/stores.js'
import { prepareSql } from './prepare-sql.js'

let target: TestStores
beforeAll(async () => {
  target = await startTestStores()
})
afterAll(() => target.stop())

const kinds = {
  seats: 5_000,
  hot: 1,
  buyers: 11_000,
  strangers: 10,
  gates: 10,
  devices: 50,
  tickets: 500,
  expiring: 100,
  closed: 10,
}

const rows = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const table of [...tenantTables, 'users', 'organizations']) {
    const [row] = await target.stores.sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table}`,
    )
    if (row !== undefined && row.count > 0) counts[table] = row.count
  }
  return counts
}

test('prepares tenants of its own in bulk, and takes every row and key away again', async () => {
  const { dataset, clean } = await prepareSql(target, { events: 1, ...kinds })
  const made = Object.keys(kinds).map((kind) => [kind, dataset[kind]?.length])
  expect(Object.fromEntries(made)).toEqual(kinds)
  const all = { seats: 5_612, sessions: 11_011, tickets: 500, seat_holds: 500, gates: 10, scan_devices: 50 }
  expect(await rows()).toMatchObject(all)
  const { organization = '', id: event = '' } = dataset.events?.[0] ?? {}
  const bitmap = keyOf(contract)('bitmap', { organization, event })
  expect(await target.stores.redis.call('BITCOUNT', bitmap)).toBe(500)

  await clean()
  expect(await rows()).toEqual({})
  expect(await target.stores.redis.scan('*')).toEqual([])
})

test('a kind that it cannot make is named', async () => {
  await expect(prepareSql(target, { seats: 5, chairs: 3 })).rejects.toThrow(
    'The contract cannot make "chairs".',
  )
})

test('when a part fails, nothing of the others is left behind', async () => {
  const { sql } = target.stores
  const copy: typeof sql.copy = async (table, columns, lines) => {
    if (table === 'gates') throw new Error('the disk is full')
    return sql.copy(table, columns, lines)
  }
  const stores = { ...target.stores, sql: { ...sql, copy } }
  await expect(prepareSql({ stores }, { ...kinds, events: 1 })).rejects.toThrow('the disk is full')
  expect(await rows()).toEqual({})
})
