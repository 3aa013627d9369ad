import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { pay } from './client.js'
import { act, Audience, awaiting } from './realtime-actions.js'
import { pause, topicOf, until, type Fields, type Listener } from './realtime-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
const audience = new Audience()

beforeAll(async () => {
  platform = await startTestPlatform()
  const settings = ['sweep_interval_ms=50', 'occupancy_debounce_ms=600', 'gate_debounce_ms=50']
  node = await platform.node(...settings, 'limit_checkout_per_user_event=0')
  other = await platform.node(...settings)
})
afterEach(() => audience.end())
afterAll(() => platform.stop())

const row = async (seat: string | undefined): Promise<Fields | undefined> =>
  (await node.app.pg.query<Fields>('SELECT status, version FROM seats WHERE id = $1', [seat]))[0]

test('a seat is held and released: every node tells it once, with its version and the instant of the commit', async () => {
  const tenant = await makeTenant(node.app)
  const here = await audience.follow(node, tenant, 'seating', 'viewer')
  const there = await audience.follow(other, tenant, 'seating', 'viewer')
  const before = Date.now()
  const won = await act(node, tenant, 0, 'reserve')
  await act(other, tenant, 0, 'release', 0)
  await until(() => here.said('seat_released').length > 0 && there.said('seat_released').length > 0)
  const seats = (listener: Listener): Fields[] =>
    listener.said().filter(({ seat_id }) => seat_id !== undefined)
  expect(seats(here)).toEqual(seats(there))
  const [held, released] = seats(here)
  expect(held).toEqual({
    event_id: tenant.event,
    seat_id: tenant.seats[0],
    block_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    seat: 'A1',
    seat_number: '1',
    status: 'held',
    version: 2,
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string,
    held_until: won.json.held_until,
    total_held_in_event: 1,
  })
  expect(released).toMatchObject({
    status: 'available',
    version: 3,
    reason: 'user_cancelled',
    released_at: released?.timestamp,
    total_available_in_event: 10,
  })
  const [first, second] = seats(here).map(({ timestamp }) => Date.parse(String(timestamp)))
  expect(first).toBeGreaterThanOrEqual(before)
  expect(second).toBeGreaterThanOrEqual(first ?? Infinity)
  expect(Date.now()).toBeGreaterThanOrEqual(second ?? Infinity)
})

test('when a broadcast is heard, its row is already there', async () => {
  const tenant = await makeTenant(node.app)
  const listener = await audience.follow(other, tenant, 'seating', 'viewer')
  const seen: Promise<unknown>[] = []
  const channel = listener.channel(topicOf(tenant))
  channel.on('seat_held', () => seen.push(row(tenant.seats[0])))
  await new Promise((resolve) => channel.join().receive('ok', resolve))
  await act(node, tenant, 0, 'reserve')
  await until(() => seen.length === 1)
  expect(await Promise.all(seen)).toEqual([{ status: 'held', version: 2 }])
})

test('a hold that expires is released by one node, and told once by each', async () => {
  const tenant = await makeTenant(node.app, { holdTtlS: 1 })
  const listeners = [
    await audience.follow(node, tenant, 'seating', 'viewer'),
    await audience.follow(other, tenant, 'seating', 'viewer'),
  ]
  await act(node, tenant, 4, 'reserve')
  await until(() => listeners.every((one) => one.said('seat_released').length > 0))
  await pause(120)
  for (const one of listeners)
    expect(one.said('seat_released')).toMatchObject([
      { seat: 'A5', reason: 'ttl_expired', version: 3, total_available_in_event: 10 },
    ])
})

test('thirty buyers at three seats over two nodes: each seat tells every version once, in order, on both nodes', async () => {
  const tenant = await makeTenant(node.app, { seats: 3, buyers: 30 })
  const here = await audience.follow(node, tenant, 'seating', 'viewer')
  const there = await audience.follow(other, tenant, 'seating', 'viewer')
  await Promise.all(
    tenant.buyers.map(async (_, buyer) => {
      for (let round = 0; round < 6; round += 1) {
        const [first, second] = (buyer + round) % 2 === 0 ? [node, other] : [other, node]
        const place = (buyer + round) % 3
        if ((await act(first, tenant, place, 'reserve', buyer)).status === 201)
          await act(second, tenant, place, 'release', buyer)
      }
    }),
  )
  let transitions = 0
  for (const seat of tenant.seats) {
    const version = Number((await row(seat))?.version)
    const wanted = Array.from({ length: version - 1 }, (_, place) => place + 2)
    transitions += wanted.length
    for (const listener of [here, there]) {
      const told = (): unknown[] =>
        listener
          .said()
          .filter(({ seat_id }) => seat_id === seat)
          .map((payload) => payload.version)
      await until(() => told().length >= wanted.length, 'the last version')
      expect(told()).toEqual(wanted)
    }
  }
  expect(transitions).toBeGreaterThan(12)
})

test('a change that is rolled back is told to nobody', async () => {
  const tenant = await makeTenant(node.app)
  const listener = await audience.follow(node, tenant, 'seating', 'viewer')
  const paid = await awaiting(node, tenant, [0])
  await node.app.pg.query('DELETE FROM ledger_accounts WHERE organization_id = $1', [tenant.org])
  expect((await pay(node.url, paid)).status).toBe(500)
  expect((await act(node, tenant, 0, 'reserve', 1)).status).toBe(409)
  await act(node, tenant, 1, 'reserve', 1)
  await until(() => listener.said('seat_held').length === 2)
  expect(listener.said('seat_sold')).toEqual([])
})

test('occupancy is told once a while, and right in the end', async () => {
  const tenant = await makeTenant(node.app)
  const listener = await audience.follow(other, tenant, 'seating', 'viewer')
  await Promise.all([0, 1, 2, 3, 4].map((place) => act(node, tenant, place, 'reserve')))
  await until(() => listener.said('occupancy_updated').at(-1)?.total_held === 5)
  expect(listener.said('occupancy_updated').at(-1)).toMatchObject({
    total_capacity: 10,
    total_available: 5,
    total_sold: 0,
    percent_held: 50,
  })
  expect(listener.said('occupancy_updated').length).toBeLessThan(5)
})

test('nothing crosses tenants or events, and frames are small and name nobody', async () => {
  const [tenant, foreign] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const second = await makeTenant(node.app)
  await node.app.pg.query('UPDATE events SET organization_id = $1, slug = $2 WHERE id = $2::uuid', [
    tenant.org,
    second.event,
  ])
  const strangers = [
    await audience.follow(node, foreign, 'seating', 'owner'),
    await audience.follow(other, foreign, 'ticketing', 'owner'),
  ]
  const neighbour = await audience.follow(node, tenant, 'seating', 'owner')
  await neighbour.join(`org:${tenant.org}:event:${second.event}:seating`)
  const insider = await audience.follow(other, tenant, 'ticketing', 'owner')
  await insider.join(topicOf(tenant))
  const paid = await awaiting(node, tenant, [0, 1])
  await pay(node.url, paid)
  await act(node, tenant, 2, 'reserve')
  await act(node, tenant, 2, 'release')
  await until(
    () => insider.said('seat_released').length === 1 && insider.said('occupancy_updated').length > 0,
  )
  await until(() => neighbour.said('occupancy_updated').length > 0)
  for (const stranger of strangers) expect(stranger.heard).toEqual([])
  expect(new Set(neighbour.heard.map(({ topic }) => topic))).toEqual(new Set([topicOf(tenant)]))
  const secrets = tenant.buyers.flatMap(({ id, token }) => [id, token, `${id}@test.example`])
  expect(insider.heard.length).toBeGreaterThan(8)
  for (const { payload } of insider.heard) {
    const text = JSON.stringify(payload)
    expect(text.length).toBeLessThan(1_000)
    for (const secret of [...secrets, 'hold_id', 'user_id']) expect(text).not.toContain(secret)
    expect(Object.values(payload).every((value) => typeof value !== 'object')).toBe(true)
  }
})
