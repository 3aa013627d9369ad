import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { keyOf } from '../../src/binding/contract.js'
import { seconds } from '../../src/model/time.js'
import { settle, weigh } from '../../src/truth/index.js'
import { uniqueIndexes } from '../../platform/schema.sql.js'
import { holdSeat, soundState, type State } from './state.js'
import { startTestStores, type TestStores } from './stores.js'

const key = keyOf(contract)
const names = Object.keys(contract.invariants)

let target: TestStores
let state: State
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

const sql = (text: string, values: readonly unknown[] = []) => target.stores.sql.query(text, values)
const results = () =>
  weigh({
    contract,
    names,
    stores: target.stores,
    receipts: state.receipts,
    dataset: state.dataset,
    group: 0,
  })
const broken = async () =>
  (await results()).filter(({ status }) => status === 'broken').map(({ name }) => name)

const secondHold = async () => {
  await sql('DROP INDEX seat_holds_one_active_key')
  const { id, event, organization } = state.one('seats')
  await sql(
    `INSERT INTO seat_holds (organization_id, seat_id, event_id, user_id, held_until) VALUES ($1, $2, $3, $4, now() + interval '900 s')`,
    [organization, id, event, state.one('buyers', 1).id],
  )
}

const admit = async (ticket: number, gate: number) => {
  const { id, event } = state.one('tickets', ticket)
  const { id: device, gate: at } = state.one('devices', gate)
  await sql(
    `INSERT INTO scans (organization_id, event_id, ticket_id, gate_id, device_id, status, scanned_at)
     VALUES ($1, $2, $3, $4, $5, 'admitted', now())`,
    [state.one('events').organization, event, id, at, device],
  )
  await sql("UPDATE tickets SET status = 'scanned', scan_count = scan_count + 1 WHERE id = $1", [id])
}

const firstCheckout = '(SELECT id FROM checkouts WHERE organization_id = $1 ORDER BY id LIMIT 1)'
const home = () => [state.one('events').organization]
const who = () => ({
  seat: String(state.one('seats', 1).id),
  buyer: String(state.one('buyers', 1).id),
})
const lockOf = (index: number) =>
  key('seatLock', {
    organization: state.one('seats').organization ?? '',
    seat: state.one('seats', index).id ?? '',
  })
const bitmap = () =>
  key('bitmap', {
    organization: state.one('events').organization ?? '',
    event: state.one('events').id ?? '',
  })
const slot = () => {
  const { id = '', organization = '', event = '' } = state.one('slots')
  return { seat: id, organization, event }
}

test('a sound state breaks nothing', async () => {
  await admit(0, 0)
  state.tell('admission', { code: state.one('tickets').code, gate: state.one('devices').gate })
  expect(await results()).toEqual(
    names.map((name) => expect.objectContaining({ name, status: 'held', offenders: [], count: 0 })),
  )
})

/** What is planted, and which invariants must see it. */
const plants: readonly [string, readonly string[], () => Promise<unknown>][] = [
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
    'a hold that nobody was told of',
    ['every-win-is-kept'],
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
  [
    'a ticket admitted twice',
    ['one-admission-a-ticket', 'unique-indexes-stand'],
    async () => {
      await sql('DROP INDEX scans_one_admission_key')
      await admit(0, 0)
      await admit(0, 1)
    },
  ],
  [
    'two gates that both admitted',
    ['one-admission-a-ticket'],
    async () => state.tell('race', { code: 'VGEP-0000-0009', outcomes: ['admitted', 'denied', 'admitted'] }),
  ],
  [
    'an admission that was not written down',
    ['one-admission-a-ticket'],
    async () => state.tell('admission', { code: state.one('tickets').code, gate: state.one('devices').gate }),
  ],
  [
    'a seat held from next door',
    ['tenants-are-apart'],
    async () => {
      const { id, event, organization } = state.one('seats', 4)
      await sql(
        `INSERT INTO seat_holds (organization_id, seat_id, event_id, user_id, status, held_until) VALUES ($1, $2, $3, $4, 'cancelled', now())`,
        [organization, id, event, state.one('strangers').id],
      )
    },
  ],
  [
    'a leak on the wire',
    ['tenants-are-apart'],
    async () =>
      state.tell('trespass', {
        seat: state.one('seats').id,
        buyer: state.one('strangers').id,
        outcome: 'leaked',
      }),
  ],
  [
    'a key without its tenant',
    ['tenants-are-apart'],
    () => target.stores.redis.call('SET', `availability:${state.one('events').id}`, '1', 'EX', 60),
  ],
  [
    'a payment that counts twice',
    ['webhook-exactly-once', 'ledger-balances'],
    () =>
      sql(
        `INSERT INTO transactions (organization_id, checkout_id, provider, provider_transaction_id, payment_reference, amount_cents, status)
       SELECT organization_id, checkout_id, provider, 'twice' || checkout_id, 'twice' || checkout_id, amount_cents, status
       FROM transactions WHERE checkout_id = ${firstCheckout}`,
        home(),
      ),
  ],
  [
    'a webhook that was answered in two ways',
    ['webhook-exactly-once'],
    async () => {
      state.tell('webhook', { id: 'evt', outcome: 'sold', reply: '{"ticket_count":1}' })
      state.tell('webhook', { id: 'evt', outcome: 'same', reply: '{"ticket_count":2}' })
    },
  ],
  [
    'a sale with a ticket missing',
    ['all-or-nothing', 'seat-agrees'],
    () => sql("UPDATE tickets SET status = 'voided' WHERE id = $1", [state.one('tickets').id]),
  ],
  [
    'an unpaid checkout with tickets',
    ['all-or-nothing'],
    () => sql(`UPDATE checkouts SET status = 'awaiting_payment' WHERE id = ${firstCheckout}`, home()),
  ],
  [
    'a journal entry that lost a line',
    ['ledger-balances'],
    () =>
      sql(
        `DELETE FROM journal_entry_line_items WHERE account_code = '2200-PAYABLE-TAX' AND journal_entry_id = (SELECT id FROM journal_entries WHERE organization_id = $1 LIMIT 1)`,
        home(),
      ),
  ],
  [
    'less paid than it costs',
    ['ledger-balances'],
    () =>
      sql(
        `UPDATE transactions SET amount_cents = amount_cents - 1 WHERE checkout_id = ${firstCheckout}`,
        home(),
      ),
  ],
  [
    'a repeat that got another hold',
    ['idempotent'],
    async () => state.tell('repeat', { ...who(), hold: state.hold, again: 'other', outcome: 'another' }),
  ],
  [
    'a batch that ran twice',
    ['idempotent', 'unique-indexes-stand'],
    async () => {
      await sql('DROP INDEX batch_syncs_org_batch_key')
      const batch = crypto.randomUUID()
      for (let run = 0; run < 2; run += 1) {
        await sql(
          'INSERT INTO batch_syncs (organization_id, batch_id, device_id, processed_count, error_count) VALUES ($1, $2, $3, 1, 0)',
          [...home(), batch, state.one('devices').id],
        )
      }
    },
  ],
  [
    'a lie that was believed',
    ['bad-webhooks-refused'],
    async () => state.tell('lie', { id: 'evt_lie', lie: 'stale', outcome: 'accepted' }),
  ],
  [
    'a lie that left rows',
    ['bad-webhooks-refused'],
    async () =>
      state.tell('lie', {
        id: `made_${String((await target.stores.sql.query<{ id: string }>(`SELECT ${firstCheckout} AS id`, home()))[0]?.id)}`,
        lie: 'amount',
        outcome: 'rejected',
      }),
  ],
  [
    'a hold on an event that is not on sale',
    ['event-state'],
    async () => {
      await holdSeat(target, state.one('closed'), state.one('buyers'))
      state.tell('unknown', { seat: state.one('closed').id, buyer: state.one('buyers').id })
    },
  ],
  [
    'a buyer over the limit',
    ['limits-hold'],
    async () => {
      for (let win = 0; win < 21; win += 1) {
        const hold = state.hold
        state.tell('hold', {
          hold,
          seat: state.one('seats').id,
          buyer: state.one('buyers').id,
          until: 9e9,
          answered: Date.now(),
        })
      }
    },
  ],
  [
    'a counter that never ends',
    ['limits-hold'],
    () =>
      target.stores.redis.call(
        'SET',
        key('scanRate', {
          organization: state.one('counters').organization ?? '',
          device: state.one('counters').id ?? '',
        }),
        1,
      ),
  ],
  [
    'a number given twice in a window',
    ['limits-hold'],
    async () => {
      for (let call = 0; call < 2; call += 1)
        state.tell('count', { counter: 'c', count: 3, ends: '17', outcome: 'accepted' })
    },
  ],
  [
    'a lock with two owners',
    ['mutual-exclusion'],
    async () => {
      state.tell('lock', { ...slot(), owner: 'a', answered: 100 })
      state.tell('lock', { ...slot(), owner: 'b', answered: 110 })
      for (const owner of ['a', 'b'])
        state.tell('unlock', { ...slot(), owner, sent: 120, left: 'left', outcome: 'unlocked' })
    },
  ],
  [
    'a lock that outlived its owner',
    ['mutual-exclusion'],
    () =>
      target.stores.redis.call(
        'SET',
        key('seatLock', { organization: slot().organization, seat: slot().seat }),
        'a',
      ),
  ],
]

for (const [what, expected, plant] of plants) {
  test(`${what}: ${expected.join(', ')}`, async () => {
    await plant()
    expect((await broken()).toSorted()).toEqual([...expected].toSorted())
  })
}

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
