import contract from '../../contract/index.js'
import { keyOf } from '../../src/binding/contract.js'
import type { Receipt } from '../../src/model/contract.js'
import type { Dataset, Entity, JsonObject } from '../../src/model/scenario.js'
import { prepareSql } from '../data/prepare-sql.js'
import type { TestStores } from './stores.js'

const key = keyOf(contract)
/** A prepared tenant with one seat held, as an honest platform leaves it, and the receipts that tell of it. */
export interface State {
  readonly dataset: Dataset
  readonly receipts: Receipt[]
  readonly clean: () => Promise<void>
  /** Entity of a kind. */
  readonly one: (kind: string, index?: number) => Entity
  readonly tell: (kind: string, fact: JsonObject) => void
  /** What a watcher of the main event's seats heard, as the engine tells it; honest but for what is given. */
  readonly watch: (given: JsonObject) => void
  readonly stores: TestStores['stores']
  /** The held seat's hold. */
  readonly hold: string
}

export async function soundState({ stores }: TestStores): Promise<State> {
  const shape = {
    events: 1,
    seats: 20,
    hot: 1,
    buyers: 5,
    strangers: 2,
    closed: 2,
    expiring: 2,
    gates: 2,
    devices: 4,
    foreignDevices: 1,
    rivals: 1,
    rivalSeats: 1,
    tickets: 30,
    slots: 3,
    counters: 2,
  }
  const { dataset, clean } = await prepareSql({ stores }, shape)
  const receipts: Receipt[] = []
  const tell = (kind: string, fact: JsonObject) =>
    void receipts.push({ kind, n: receipts.length, at: Date.now(), fact })
  const one = (kind: string, index = 0): Entity => {
    const found = dataset[kind]?.[index]
    if (found === undefined) throw new Error(`no ${kind} ${index}`)
    return found
  }
  const hold = await holdSeat({ stores }, one('seats'), one('buyers'))
  tell('hold', {
    hold,
    seat: one('seats').id,
    buyer: one('buyers').id,
    until: Math.floor(Date.now() / 1_000) + 900,
    answered: Date.now(),
  })
  const { id: event = '', org = '' } = one('events')
  const watch = (given: JsonObject) =>
    tell('watched', {
      topic: `org:${org}:event:${event}:seating`,
      operation: 'seatingTopic',
      args: { org, event },
      joined: Date.now(),
      left: Date.now(),
      lost: false,
      frames: 1,
      early: 0,
      earliest: 0,
      problems: {},
      seen: {},
      ...given,
    })
  watch({ seen: { [String(one('seats').id)]: [2, 2, 1, 0, 0, 0] } })
  return { dataset, receipts, clean, one, tell, watch, stores, hold }
}

/** Holds a seat with all that belongs to it: row, link, lock, registry, bit. */
export async function holdSeat(
  { stores }: Pick<TestStores, 'stores'>,
  seat: Entity,
  buyer: Entity,
): Promise<string> {
  const { id = '', event = '', organization = '', index = 0 } = seat
  const [row] = await stores.sql.query<{ id: string }>(
    `INSERT INTO seat_holds (organization_id, seat_id, event_id, user_id, held_until)
     VALUES ($1, $2, $3, $4, now() + interval '900 s') RETURNING id`,
    [organization, id, event, buyer.id],
  )
  const hold = row?.id ?? ''
  await stores.sql.query(
    "UPDATE seats SET status = 'held', seat_hold_id = $1, version = version + 1 WHERE id = $2",
    [hold, id],
  )
  await stores.redis.pipeline([
    ['SET', key('seatLock', { organization, seat: id }), `${hold}:${buyer.id}:9`],
    ['ZADD', key('eventHolds', { organization, event }), 9, `${id}:${hold}:${buyer.id}:2030-01-01T00:00:00Z`],
    ['SETBIT', key('bitmap', { organization, event }), index, 1],
  ])
  return hold
}
