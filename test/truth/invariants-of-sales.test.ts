import { holdSeat } from './state.js'
import {
  admit,
  firstCheckout,
  home,
  key,
  slot,
  sql,
  state,
  target,
  testPlants,
  who,
  type Plant,
} from './planting.js'

const plants: readonly Plant[] = [
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

testPlants(plants)
