import contract from '../../contract/index.js'
import type { JsonObject } from '../../src/model/scenario.js'
import { expect, test } from 'vitest'
import { results, sql, state, testPlants, who, type Plant } from './planting.js'
import { holdSeat } from './state.js'

const { clock_slack_ms = Number.NaN } = contract.figures

/** What an honest watcher heard of the held seat. */
const honest = (): JsonObject => ({ [String(state.one('seats').id)]: [2, 2, 1, 0, 0, 0] })

const watch = async (given: JsonObject): Promise<void> => state.watch(given)
const seat = (index: number): string => String(state.one('seats', index).id)
const changed = (index: number, version: number) =>
  sql('UPDATE seats SET version = $1 WHERE id = $2', [version, seat(index)])

const delivery: readonly Plant[] = [
  [
    'a change that came twice',
    ['each-change-is-heard-once'],
    () => watch({ seen: { [seat(0)]: [2, 2, 2, 1, 0, 0] } }),
  ],
  [
    'a change that was skipped',
    ['each-change-is-heard-once'],
    async () => {
      await changed(0, 4)
      state.receipts.splice(1)
      await watch({ seen: { [seat(0)]: [2, 4, 2, 0, 1, 0] } })
    },
  ],
  [
    'changes out of order',
    ['each-change-is-heard-once'],
    async () => {
      await changed(0, 3)
      state.receipts.splice(1)
      await watch({ seen: { [seat(0)]: [3, 3, 2, 0, 0, 1] } })
    },
  ],
  [
    'a first change that nobody heard',
    ['each-change-is-heard-once'],
    async () => {
      await changed(0, 3)
      state.receipts.splice(1)
      await watch({ seen: { [seat(0)]: [3, 3, 1, 0, 0, 0] } })
    },
  ],
  [
    'a hold that expires when the watchers have left is no silence, and the rest of it is seen',
    ['bitmap-equals-database', 'registry-equals-database'],
    async () => {
      await sql(
        "UPDATE seat_holds SET status = 'expired', held_until = now() - interval '1 s', expired_at = now() WHERE seat_id = $1",
        [seat(0)],
      )
      await sql(
        "UPDATE seats SET version = version + 1, status = 'available', seat_hold_id = NULL WHERE id = $1",
        [seat(0)],
      )
    },
  ],
  ['a last change that nobody heard', ['each-change-is-heard-once'], () => changed(0, 3)],
  [
    'a seat that changed in silence',
    ['each-change-is-heard-once'],
    async () => {
      const hold = await holdSeat({ stores: state.stores }, state.one('seats', 3), state.one('buyers'))
      state.tell('hold', {
        ...who(),
        seat: seat(3),
        buyer: state.one('buyers').id,
        hold,
        until: 9e9,
        answered: 1,
      })
    },
  ],
  ['one watcher who heard less than another', ['each-change-is-heard-once'], () => watch({ seen: {} })],
]

/** Receipts that cannot tell: absence of data is no pass, and no broken promise of the target either. */
const deaf: readonly Plant[] = [
  [
    'nobody who listened to the end',
    ['each-change-is-heard-once'],
    async () => {
      state.receipts.splice(1)
      await watch({ seen: honest(), lost: true })
    },
  ],
  [
    'nobody who listened at all',
    [
      'each-change-is-heard-once',
      'no-news-of-what-did-not-happen',
      'frames-are-small-and-private',
      'frames-stay-in-their-tenant',
    ],
    async () => void state.receipts.splice(1),
  ],
  [
    'nobody but those who were refused or lost before the first frame',
    [
      'each-change-is-heard-once',
      'no-news-of-what-did-not-happen',
      'frames-are-small-and-private',
      'frames-stay-in-their-tenant',
    ],
    async () => {
      state.receipts.splice(1)
      await watch({ lost: true, frames: 0, seen: {} })
      state.tell('viewed', { args: { slug: 's' }, lost: true, frames: 0, early: 0, problems: {} })
      state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'error', frames: 0 })
    },
  ],
  [
    'receipts that do not say where they listened',
    [
      'each-change-is-heard-once',
      'frames-stay-in-their-tenant',
      'no-news-of-what-did-not-happen',
      'frames-are-small-and-private',
    ],
    async () => {
      state.receipts.splice(1)
      state.tell('watched', { event: state.one('events').id, lost: false, seen: honest() })
    },
  ],
]

const truth: readonly Plant[] = [
  [
    'news of a change that was rolled back',
    ['no-news-of-what-did-not-happen'],
    async () => {
      state.receipts.splice(1)
      await watch({ seen: { [seat(0)]: [2, 3, 2, 0, 0, 0] } })
    },
  ],
  [
    'news of a seat that is not there, on a socket that was lost',
    ['no-news-of-what-did-not-happen'],
    () =>
      watch({
        lost: true,
        seen: { [crypto.randomUUID()]: [2, 2, 1, 0, 0, 0], nonsense: [2, 2, 1, 0, 0, 0] },
      }),
  ],
  [
    'a frame before its commit, by more than clocks differ',
    ['no-news-of-what-did-not-happen'],
    () => watch({ seen: honest(), early: 1, earliest: clock_slack_ms + 1 }),
  ],
  [
    'a frame before its commit, by nobody knows how much',
    ['no-news-of-what-did-not-happen'],
    () => watch({ seen: honest(), early: 1, earliest: undefined }),
  ],
  [
    'a diff before its commit',
    ['no-news-of-what-did-not-happen'],
    async () => state.tell('viewed', { args: { slug: 's', event: 'e' }, early: 2, problems: {} }),
  ],
  [
    'a frame with an e-mail in it',
    ['frames-are-small-and-private'],
    () => watch({ seen: honest(), problems: { private: 1 }, examples: { private: '{"email":"a@b.c"}' } }),
  ],
  [
    'a frame that nobody can read',
    ['frames-are-small-and-private'],
    () => watch({ seen: honest(), problems: { broken: 1 }, examples: { broken: 'not JSON' } }),
  ],
  [
    'a diff that cannot be merged',
    ['frames-are-small-and-private'],
    async () => state.tell('viewed', { args: { slug: 's' }, early: 0, problems: { broken_diff: 1 } }),
  ],
  [
    'a page that comes whole again',
    ['frames-are-small-and-private'],
    async () => state.tell('viewed', { args: { slug: 's' }, early: 0, problems: { oversized: 3 } }),
  ],
]

const borders: readonly Plant[] = [
  [
    'a seat of next door on our topic',
    ['frames-stay-in-their-tenant', 'each-change-is-heard-once'],
    async () => {
      await sql('UPDATE seats SET version = 2 WHERE id = $1', [state.one('rivalSeats').id])
      await watch({ seen: { ...honest(), [String(state.one('rivalSeats').id)]: [2, 2, 1, 0, 0, 0] } })
    },
  ],
  [
    'a seat of another event that only the database knows',
    ['frames-stay-in-their-tenant', 'each-change-is-heard-once'],
    async () => {
      const { organization, id: event } = state.one('rivalEvents')
      const [made] = await state.stores.sql.query<{ id: string }>(
        `INSERT INTO seats (organization_id, event_id, block_id, row_letter, seat_number, seat_index)
         VALUES ($1, $2, gen_random_uuid(), 'Z', '1', 99) RETURNING id`,
        [organization, event],
      )
      await watch({ seen: { ...honest(), [String(made?.id)]: [1, 1, 1, 0, 0, 0] } })
    },
  ],
  [
    'frames of a topic that nobody joined',
    ['frames-stay-in-their-tenant'],
    () => watch({ seen: honest(), problems: { stray: 2 }, examples: { stray: 'seat_held on org:other' } }),
  ],
  [
    'a stray frame beside something else that looks like a late reply',
    ['frames-stay-in-their-tenant'],
    () =>
      watch({
        seen: honest(),
        problems: { stale_join: 1, stray: 1 },
        examples: { stale_join: 'phx_reply on org:ours', stray: 'seat_held on org:other' },
      }),
  ],
  [
    'a topic of next door that could be joined',
    ['frames-stay-in-their-tenant'],
    async () => state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'leaked', frames: 0 }),
  ],
  [
    'frames though the join was refused',
    ['frames-stay-in-their-tenant'],
    async () => state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'denied', frames: 1 }),
  ],
  [
    'a seat of next door given to one of ours',
    ['tenants-are-apart'],
    async () =>
      state.tell('trespass', {
        seat: state.one('rivalSeats').id,
        buyer: state.one('buyers').id,
        outcome: 'leaked',
      }),
  ],
]

const reads: readonly Plant[] = [
  [
    'a bitmap read after the reply that showed the state before',
    ['reads-follow-writes'],
    async () => state.tell('stale_read', { seat: seat(0), what: 'bitmap', since: Date.now() }),
  ],
  [
    'a stale read without its time',
    ['reads-follow-writes'],
    async () => state.tell('stale_read', { seat: seat(0), what: 'page' }),
  ],
  [
    'a hold of a rival that nobody was told of',
    ['every-win-is-kept'],
    () => holdSeat({ stores: state.stores }, state.one('rivalSeats'), state.one('rivals')),
  ],
  [
    'a buyer who was told "sold out" of an event with a free seat',
    ['sold-out-is-true'],
    async () => state.tell('sold_out', { event: state.one('events').id }),
  ],
]

testPlants([...delivery, ...truth, ...borders, ...reads])

test.each(deaf)('%s: not checked', async (_, names, plant) => {
  await plant()
  const found = await results()
  expect(found.filter(({ status }) => status === 'not_checked').map(({ name }) => name)).toEqual(
    found.map(({ name }) => name).filter((name) => names.includes(name)),
  )
  expect(found.filter(({ status }) => status === 'broken')).toEqual([])
})
