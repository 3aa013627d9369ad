import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { keyOf } from '../../src/binding/contract.js'
import { weigh } from '../../src/truth/index.js'
import { uniqueIndexes } from '../../platform/schema.sql.js'
import { soundState, type State } from './state.js'
import { startTestStores, type TestStores } from './stores.js'

export const key = keyOf(contract)
export const names = Object.keys(contract.invariants)

export let target: TestStores
export let state: State
beforeAll(async () => {
  target = await startTestStores()
})
beforeEach(async () => {
  state = await soundState(target)
})
afterEach(async () => {
  await state.clean()
  for (const [name, on] of Object.entries(uniqueIndexes))
    await sql(`CREATE UNIQUE INDEX IF NOT EXISTS ${name} ON ${on}`)
})
afterAll(() => target.stop())

export const sql = (text: string, values: readonly unknown[] = []) => target.stores.sql.query(text, values)
export const results = () =>
  weigh({
    contract,
    names,
    stores: target.stores,
    receipts: state.receipts,
    dataset: state.dataset,
    group: 0,
  })
export const broken = async () =>
  (await results()).filter(({ status }) => status === 'broken').map(({ name }) => name)

export const secondHold = async () => {
  await sql('DROP INDEX seat_holds_one_active_key')
  const { id, event, organization } = state.one('seats')
  await sql(
    `INSERT INTO seat_holds (organization_id, seat_id, event_id, user_id, held_until) VALUES ($1, $2, $3, $4, now() + interval '900 s')`,
    [organization, id, event, state.one('buyers', 1).id],
  )
}

export const admit = async (ticket: number, gate: number) => {
  const { id, event } = state.one('tickets', ticket)
  const { id: device, gate: at } = state.one('devices', gate)
  await sql(
    `INSERT INTO scans (organization_id, event_id, ticket_id, gate_id, device_id, status, scanned_at)
     VALUES ($1, $2, $3, $4, $5, 'admitted', now())`,
    [state.one('events').organization, event, id, at, device],
  )
  await sql("UPDATE tickets SET status = 'scanned', scan_count = scan_count + 1 WHERE id = $1", [id])
}

export const firstCheckout = '(SELECT id FROM checkouts WHERE organization_id = $1 ORDER BY id LIMIT 1)'
export const home = () => [state.one('events').organization]
export const who = () => ({
  seat: String(state.one('seats', 1).id),
  buyer: String(state.one('buyers', 1).id),
})
export const lockOf = (index: number) =>
  key('seatLock', {
    organization: state.one('seats').organization ?? '',
    seat: state.one('seats', index).id ?? '',
  })
export const bitmap = () =>
  key('bitmap', {
    organization: state.one('events').organization ?? '',
    event: state.one('events').id ?? '',
  })
export const slot = () => {
  const { id = '', organization = '', event = '' } = state.one('slots')
  return { seat: id, organization, event }
}

/** What is planted, the invariants that must see it (and no other), and how. */
export type Plant = readonly [what: string, broken: readonly string[], plant: () => Promise<unknown>]

/** A test for each plant: exactly its invariants break. */
export function testPlants(plants: readonly Plant[]): void {
  for (const [what, expected, plant] of plants) {
    test(`${what}: ${expected.join(', ')}`, async () => {
      await plant()
      expect((await broken()).toSorted()).toEqual([...expected].toSorted())
    })
  }
}
