import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import type { JsonObject } from '../../src/model/scenario.js'
import { broken, names, results, sql, state } from './planting.js'

const { clock_slack_ms = Number.NaN } = contract.figures

/** What an honest watcher heard of the held seat. */
const honest = (): JsonObject => ({ [String(state.one('seats').id)]: [2, 2, 1, 0, 0, 0] })

const watch = async (given: JsonObject): Promise<void> => state.watch(given)
const seat = (index: number): string => String(state.one('seats', index).id)
const changed = (index: number, version: number) =>
  sql('UPDATE seats SET version = $1 WHERE id = $2', [version, seat(index)])

const offendersOf = async (name: string) =>
  (await results()).find((result) => result.name === name)?.offenders.map(({ id, what }) => `${id} ${what}`)

test('an offender names the seat, the watcher and what it heard', async () => {
  await changed(0, 4)
  await watch({ seen: { [seat(0)]: [2, 4, 3, 0, 0, 0] } })
  expect(await offendersOf('each-change-is-heard-once')).toEqual([
    `${seat(0)} watcher 1 heard 1 changes, versions 2 to 2; watcher 2 heard 3 changes, versions 2 to 4`,
    `${seat(0)} is at version 4 in the database; watcher 1 heard version 2 last`,
  ])
})

test('what a lost socket missed, an unanswered attempt and a late reply show nothing', async () => {
  await watch({ lost: true, seen: {} })
  state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'error', frames: 0 })
  state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'denied', frames: 0 })
  await watch({ seen: honest(), problems: { stray: 1 }, examples: { stray: 'phx_reply on phoenix' } })
  expect((await results()).map(({ status }) => status)).toEqual(names.map(() => 'held'))
})

test('a seat that is held or was held lets "sold out" be true', async () => {
  await sql('UPDATE seats SET version = version + 1 WHERE event_id = $1', [state.one('closed').event])
  state.tell('sold_out', { event: state.one('closed').event })
  expect(await offendersOf('sold-out-is-true')).toEqual([])
})

test('topics of other domains have no seats to hear of, however settings call them', async () => {
  const { id: event, org } = state.one('events')
  await watch({
    topic: `org:${String(org)}:event:${String(event)}:ticketing`,
    operation: 'ticketingTopic',
    seen: {},
  })
  await watch({ topic: `scans/${String(event)}`, operation: 'scanningTopic', seen: {} })
  expect(await offendersOf('each-change-is-heard-once')).toEqual([])
})

test.each(['seatingTopic', undefined])('a topic of seats is one under any name: %s', async (operation) => {
  await watch({ topic: 'tenant:ticketing', operation, seen: {} })
  expect(await offendersOf('each-change-is-heard-once')).toEqual([
    `${seat(0)} is at version 2 in the database; watcher 2 heard nothing of it`,
  ])
})

test('frames that came early by less than clocks differ are none', async () => {
  await watch({ seen: honest(), early: 3, earliest: clock_slack_ms })
  expect(await offendersOf('no-news-of-what-did-not-happen')).toEqual([])
})

test('an offender says by how much a frame came early, and shows the frame that it is about', async () => {
  await watch({
    topic: 'seats',
    seen: honest(),
    early: 2,
    earliest: clock_slack_ms + 234.5,
    problems: { heartbeat_late: 1, private: 1 },
    examples: { heartbeat_late: 'no answer', private: '{"email":"a@b.c"}' },
  })
  expect(await offendersOf('no-news-of-what-did-not-happen')).toEqual([
    `seats watcher 2 heard 2 changes before they were committed, one by ${clock_slack_ms + 235} ms`,
  ])
  expect(await offendersOf('frames-are-small-and-private')).toEqual([
    'seats watcher 2 got frames that are private: 1, such as {"email":"a@b.c"}',
  ])
})

test('what is no frame, or says nothing wrong, is no matter of size and privacy', async () => {
  const words = ['heartbeat_late', 'nested_view', 'lost_form', 'unknown_event', 'stale_join', 'stray']
  await watch({
    seen: honest(),
    problems: Object.fromEntries(words.map((word) => [word, 1])),
    examples: { stray: 'phx_reply on phoenix' },
  })
  expect(await broken()).toEqual([])
})

test.each([
  [[4, 1, 0], '1 not at all'],
  [[4, 1, 1], '1 not in their turn, 1 after a later one'],
  [[5, 0, 1], '1 after a later one'],
])(
  'a change that came late is not said to have been lost: %j',
  async ([frames = 0, gaps = 0, late = 0], words) => {
    await watch({ seen: { [seat(0)]: [2, 5, frames, 0, gaps, late] } })
    expect((await offendersOf('each-change-is-heard-once'))?.[0]).toBe(
      `${seat(0)} watcher 2 heard of its changes ${words}`,
    )
  },
)

test('one attempt to reach over that was answered is an audience, though no watcher is left', async () => {
  state.receipts.splice(1)
  state.tell('crossing', { what: 'org:other', as: 'b', outcome: 'denied', frames: 0 })
  expect(await offendersOf('frames-stay-in-their-tenant')).toEqual([])
})

test('a socket that was lost after its first frame was an audience', async () => {
  state.receipts.splice(1)
  await watch({ lost: true, frames: 1, seen: honest() })
  expect(await offendersOf('no-news-of-what-did-not-happen')).toEqual([])
})
