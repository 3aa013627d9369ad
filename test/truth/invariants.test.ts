import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { seconds } from '../../src/model/time.js'
import { settle } from '../../src/truth/index.js'
import { holdSeat } from './state.js'
import {
  admit,
  bitmap,
  home,
  key,
  lockOf,
  names,
  results,
  secondHold,
  sql,
  state,
  target,
  testPlants,
  who,
  type Plant,
} from './planting.js'

test('a sound state breaks nothing', async () => {
  await admit(0, 0)
  state.tell('admission', { code: state.one('tickets').code, gate: state.one('devices').gate })
  expect(await results()).toEqual(
    names.map((name) => expect.objectContaining({ name, status: 'held', offenders: [], count: 0 })),
  )
})

test('what held tells on how much it was weighed', async () => {
  await admit(0, 0)
  const looked = new Map((await results()).map((one) => [one.name, one.looked]))
  for (const name of names) expect(looked.get(name)?.what, name).toBe(contract.invariants[name]?.about?.what)
  expect(looked.get('one-live-hold-a-seat')?.count).toBeGreaterThan(0)
  expect(looked.get('one-admission-a-ticket')?.count).toBe(1)
  expect(looked.get('seat-agrees')?.count).toBeGreaterThan(1)
  expect(looked.get('tenants-are-apart')?.count).toBeGreaterThan(1)
})

const plants: readonly Plant[] = [
  [
    'two active holds on a seat',
    [
      'one-live-hold-a-seat',
      'seat-agrees',
      'every-win-is-kept',
      'registry-equals-database',
      'unique-indexes-stand',
    ],
    async () => {
      await secondHold()
      state.tell('hold', { ...who(), hold: 'told-but-not-there', until: 1, answered: 1 })
    },
  ],
  [
    'two overlapping wins on the wire',
    ['one-live-hold-a-seat', 'every-win-is-kept'],
    async () =>
      state.tell('hold', {
        ...who(),
        seat: state.one('seats').id,
        hold: 'other',
        until: 9e9,
        answered: Date.now(),
      }),
  ],
  [
    'a hold that nobody was told of, on the wire or by its topic',
    ['every-win-is-kept', 'each-change-is-heard-once'],
    () => holdSeat(target, state.one('seats', 2), state.one('buyers')),
  ],
  [
    'a hold that vanished',
    ['every-win-is-kept', 'seat-agrees', 'registry-equals-database'],
    () => sql('DELETE FROM seat_holds WHERE id = $1', [state.hold]),
  ],
  [
    'a hold that ended too early',
    ['every-win-is-kept', 'seat-agrees', 'registry-equals-database', 'holds-expire'],
    () => sql("UPDATE seat_holds SET status = 'expired', expired_at = now() WHERE id = $1", [state.hold]),
  ],
  [
    'a hold that never ends',
    ['holds-expire'],
    () => sql("UPDATE seat_holds SET held_until = now() - interval '61 s' WHERE id = $1", [state.hold]),
  ],
  [
    'a contested seat that nobody won',
    ['every-win-is-kept'],
    async () => state.tell('conflict', { seat: state.one('hot').id }),
  ],
  [
    'two live tickets on a seat',
    ['no-oversell', 'seat-agrees', 'all-or-nothing', 'unique-indexes-stand'],
    async () => {
      await sql('DROP INDEX tickets_one_live_per_seat_key')
      await sql(
        `INSERT INTO tickets (organization_id, event_id, seat_id, user_id, checkout_id, ticket_code)
       SELECT organization_id, event_id, seat_id, user_id, checkout_id, 'TWIN-0000-0000' FROM tickets WHERE id = $1`,
        [state.one('tickets').id],
      )
    },
  ],
  [
    'a ticket type sold over',
    ['no-oversell'],
    () =>
      sql(
        'INSERT INTO ticket_types (organization_id, event_id, total_quantity, sold_count, held_count) VALUES ($1, $2, 10, 8, 3)',
        [...home(), state.one('events').id],
      ),
  ],
  [
    'a held seat without its link',
    ['seat-agrees'],
    () => sql('UPDATE seats SET seat_hold_id = NULL WHERE id = $1', [state.one('seats').id]),
  ],
  ['a bit that lags', ['bitmap-equals-database'], () => target.stores.redis.call('SETBIT', bitmap(), 0, 0)],
  [
    'a bit beyond the last seat',
    ['bitmap-equals-database'],
    () => target.stores.redis.call('SETBIT', bitmap(), 5_000, 1),
  ],
  [
    'a lock of a finished hold',
    ['registry-equals-database'],
    () => target.stores.redis.call('SET', lockOf(3), 'gone:gone:1'),
  ],
  [
    'a hold without its registry entry',
    ['registry-equals-database'],
    () =>
      target.stores.redis.call(
        'DEL',
        key('eventHolds', {
          organization: state.one('events').organization ?? '',
          event: state.one('events').id ?? '',
        }),
      ),
  ],
]

testPlants(plants)

test('all is quiet when no hold is due; one that is overdue beyond its grace is not waited for', async () => {
  const wait = () =>
    settle({
      contract,
      stores: target.stores,
      dataset: state.dataset,
      receipts: [],
      bound: seconds(0.8),
    })
  expect(await wait()).toEqual({ quiet: true })
  await sql('UPDATE seat_holds SET held_until = now() WHERE id = $1', [state.hold])
  expect(await wait()).toEqual({ quiet: false, moving: '1 holds wait for their end' })
  await sql("UPDATE seat_holds SET held_until = now() - interval '61 s' WHERE id = $1", [state.hold])
  expect(await wait()).toEqual({ quiet: true })
})
