import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keys } from '../../platform/redis/keys.js'
import { get, post } from './client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode

beforeAll(async () => {
  platform = await startTestPlatform()
  // Two nodes over the same stores, started at once.
  const both = await Promise.all([
    platform.node('sweep_interval_ms=50'),
    platform.node('sweep_interval_ms=50'),
  ])
  node = both[0]
  other = both[1]
})
afterAll(() => platform.stop())

const seatUrl = (tenant: Tenant, place: number, verb: string, at = node): string =>
  `${at.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/${verb}`

const reserve = (tenant: Tenant, place: number, buyer: number, at = node) =>
  post(seatUrl(tenant, place, 'reserve', at), tenant.buyers[buyer]?.token)

const seatRow = async (tenant: Tenant, place: number) => {
  const [row] = await node.app.pg.query<{ status: string; seat_hold_id: string | null; version: number }>(
    'SELECT status, seat_hold_id, version FROM seats WHERE id = $1',
    [tenant.seats[place]],
  )
  return row
}

const activeHolds = (tenant: Tenant) =>
  node.app.pg.query<{ id: string; user_id: string }>(
    "SELECT id, user_id FROM seat_holds WHERE organization_id = $1 AND status = 'active'",
    [tenant.org],
  )

/** Bits of Redis beside bits of Postgres, for every seat. */
const bitmaps = async (tenant: Tenant): Promise<[number[], number[]]> => {
  const bits = (await node.app.redis.getBuffer(keys.bitmap(tenant.org, tenant.event))) ?? Buffer.alloc(0)
  const rows = await node.app.pg.query<{ seat_index: number; status: string }>(
    'SELECT seat_index, status FROM seats WHERE event_id = $1 ORDER BY seat_index',
    [tenant.event],
  )
  return [
    rows.map(({ seat_index }) => ((bits[seat_index >> 3] ?? 0) >> (7 - (seat_index & 7))) & 1),
    rows.map(({ status }) => (status === 'available' ? 0 : 1)),
  ]
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come true within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

test('fifty buyers at one seat, over two nodes: one wins, and the stores agree on who', async () => {
  const tenant = await makeTenant(node.app, { buyers: 50 })
  const answers = await Promise.all(
    tenant.buyers.map((_, buyer) => reserve(tenant, 0, buyer, buyer % 2 ? node : other)),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(49)
  expect(answers.find(({ status }) => status === 409)?.json.error).toBe('seat_taken')
  const winner = answers.findIndex(({ status }) => status === 201)
  const [hold, ...more] = await activeHolds(tenant)
  expect(more).toEqual([])
  expect(hold).toMatchObject({ id: answers[winner]?.json.hold_id, user_id: tenant.buyers[winner]?.id })
  expect(await seatRow(tenant, 0)).toMatchObject({ status: 'held', seat_hold_id: hold?.id, version: 2 })
  const lock = await node.app.redis.get(keys.lock(tenant.org, tenant.seats[0] ?? ''))
  expect(lock?.split(':').slice(0, 2)).toEqual([hold?.id, hold?.user_id])
  expect(await node.app.redis.zcard(keys.holds(tenant.org, tenant.event))).toBe(1)
  const [redis, postgres] = await bitmaps(tenant)
  expect(redis).toEqual(postgres)
})

test('an own repeat gets the same hold, also while the first request is under way', async () => {
  const tenant = await makeTenant(node.app)
  const both = await Promise.all([reserve(tenant, 0, 0), reserve(tenant, 0, 0, other)])
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201])
  const again = await reserve(tenant, 0, 0)
  expect(again.status).toBe(200)
  expect(new Set([...both, again].map(({ json }) => json.hold_id)).size).toBe(1)
  expect(await activeHolds(tenant)).toHaveLength(1)
})

test('a hold is over when its time is: not before, and then the seat is free in every store', async () => {
  const tenant = await makeTenant(node.app, { holdTtlS: 1 })
  const won = await reserve(tenant, 3, 0)
  expect(won.status).toBe(201)
  expect((await reserve(tenant, 3, 1, other)).status).toBe(409)
  await until(async () => (await seatRow(tenant, 3))?.status === 'available')
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(String(won.json.held_until)))
  await until(async () => (await node.app.redis.exists(keys.lock(tenant.org, tenant.seats[3] ?? ''))) === 0)
  const [redis, postgres] = await bitmaps(tenant)
  expect(redis).toEqual(postgres)
  await until(async () => (await reserve(tenant, 3, 1, other)).status === 201)
})

test('a released seat is free at once on the other node; releasing twice is releasing once; strangers cannot', async () => {
  const tenant = await makeTenant(node.app)
  const won = await reserve(tenant, 0, 0)
  // The other node has seen who holds the seat.
  expect((await reserve(tenant, 0, 1, other)).status).toBe(409)
  expect((await post(seatUrl(tenant, 0, 'release'), tenant.buyers[1]?.token)).status).toBe(403)
  for (const at of [node, other]) {
    const released = await post(seatUrl(tenant, 0, 'release', at), tenant.buyers[0]?.token)
    expect(released).toMatchObject({ status: 200, json: { status: 'released', hold_id: won.json.hold_id } })
  }
  expect(await seatRow(tenant, 0)).toMatchObject({ status: 'available', version: 3 })
  const [redis, postgres] = await bitmaps(tenant)
  expect(redis).toEqual(postgres)
  await until(async () => (await reserve(tenant, 0, 1, other)).status === 201)
})

test('another tenant finds no event, changes no row and no key', async () => {
  const [home, foreign] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const stranger = foreign.buyers[0]?.token
  expect((await post(seatUrl(home, 0, 'reserve'), stranger)).status).toBe(404)
  expect((await get(`${node.url}/api/events/${home.event}/availability`, stranger)).status).toBe(404)
  expect(await activeHolds(home)).toEqual([])
  expect(await node.app.redis.keys(`*${home.org}*`)).toEqual([])
  // A seat of another event, under the caller's own event.
  const mixed = `${node.url}/api/events/${foreign.event}/seats/${home.seats[0]}/reserve`
  expect((await post(mixed, stranger)).json.error).toBe('seat_not_found')
  expect((await post(seatUrl(home, 0, 'reserve'), `nobody-${randomUUID()}`)).status).toBe(401)
})

test('an event that is not on sale sells nothing and keeps no lock', async () => {
  const tenant = await makeTenant(node.app)
  await node.app.pg.query("UPDATE events SET sale_end_at = now() - interval '1 minute' WHERE id = $1", [
    tenant.event,
  ])
  expect(await reserve(tenant, 0, 0)).toMatchObject({ status: 400, json: { error: 'event_sales_closed' } })
  await node.app.pg.query("UPDATE events SET status = 'draft', sale_end_at = NULL WHERE id = $1", [
    tenant.event,
  ])
  expect(await reserve(tenant, 0, 0)).toMatchObject({ status: 400, json: { error: 'event_not_available' } })
  expect(await node.app.redis.exists(keys.lock(tenant.org, tenant.seats[0] ?? ''))).toBe(0)
  expect(await activeHolds(tenant)).toEqual([])
})

test('buyers at once at a seat that is not on sale do not make it look taken afterwards', async () => {
  const tenant = await makeTenant(node.app, { buyers: 20 })
  await node.app.pg.query("UPDATE events SET sale_end_at = now() - interval '1 minute' WHERE id = $1", [
    tenant.event,
  ])
  const together = await Promise.all(
    tenant.buyers.map((_, buyer) => reserve(tenant, 0, buyer, buyer % 2 === 0 ? node : other)),
  )
  for (const { status } of together) expect([400, 409]).toContain(status)
  // Some were refused by another's lock, or else this shows nothing.
  expect(together.map(({ status }) => status)).toContain(409)
  for (const at of [node, other])
    for (const buyer of [0, 1, 2])
      expect(await reserve(tenant, 0, buyer, at)).toMatchObject({
        status: 400,
        json: { error: 'event_sales_closed' },
      })
})

test('a bitmap that Redis does not have is made from Postgres, with holds made behind its back', async () => {
  const tenant = await makeTenant(node.app)
  const taken = await reserve(tenant, 2, 0)
  await node.app.redis.del(keys.bitmap(tenant.org, tenant.event), keys.holds(tenant.org, tenant.event))
  await node.app.redis.del(keys.lock(tenant.org, tenant.seats[2] ?? ''))
  await node.app.pg.query("UPDATE seats SET status = 'blocked' WHERE id = $1", [tenant.seats[7]])
  expect((await reserve(tenant, 4, 1)).status).toBe(201)
  const [redis, postgres] = await bitmaps(tenant)
  expect(redis).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 0])
  expect(redis).toEqual(postgres)
  const lock = await node.app.redis.get(keys.lock(tenant.org, tenant.seats[2] ?? ''))
  expect(lock?.startsWith(String(taken.json.hold_id))).toBe(true)
  const { json } = await get(
    `${node.url}/api/events/${tenant.event}/availability?bitmap=true`,
    tenant.buyers[0]?.token,
  )
  expect(json).toMatchObject({ available: 7, held: 2, sold: 0, blocked: 1, total: 10 })
  expect(Buffer.from(String(json.bitmap), 'base64')[0]).toBe(0b0010_1001)
})

test('the eleventh reserve within five minutes is told to wait', async () => {
  const tenant = await makeTenant(node.app, { seats: 12 })
  for (let place = 0; place < 10; place += 1) expect((await reserve(tenant, place, 0)).status).toBe(201)
  const limited = await reserve(tenant, 10, 0)
  expect(limited.status).toBe(429)
  expect(limited.headers.get('retry-after')).toBe('300')
  expect(limited.headers.get('cache-control')).toBe('no-store')
  expect(await seatRow(tenant, 10)).toMatchObject({ status: 'available' })
})

test('an administrator releases holds of their own tenant only', async () => {
  const [home, foreign] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  await node.app.pg.query("UPDATE memberships SET role = 'admin' WHERE user_id = ANY($1::uuid[])", [
    [home.buyers[2]?.id, foreign.buyers[2]?.id],
  ])
  const won = await reserve(home, 0, 0)
  const release = (token: string | undefined) =>
    post(`${node.url}/api/admin/seats/release`, token, { hold_ids: [won.json.hold_id] })
  expect((await release(home.buyers[1]?.token)).status).toBe(403)
  expect((await release(foreign.buyers[2]?.token)).status).toBe(404)
  expect(await activeHolds(home)).toHaveLength(1)
  expect(await release(home.buyers[2]?.token)).toMatchObject({
    status: 200,
    json: { seats_released: 1, reason: 'admin_override' },
  })
  expect(await activeHolds(home)).toEqual([])
})
