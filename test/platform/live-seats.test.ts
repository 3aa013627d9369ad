import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { post } from './client.js'
import { getPage, LiveClient, soon, type Frame } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
import { LiveScreen } from './live-screen.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
let clientTree: (rendered: unknown) => ClientTree
let tenant: Tenant
const clients: LiveClient[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  const settings = ['sweep_interval_ms=50', 'provider_delay_ms=10', 'limit_checkout_per_user_event=0']
  const made = await Promise.all([platform.node(...settings), platform.node(...settings), clientTrees()])
  node = made[0]
  other = made[1]
  clientTree = made[2]
})
afterAll(() => platform.stop())
beforeEach(async () => {
  tenant = await makeTenant(node.app)
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

const path = (of = tenant): string => `/t/${of.org}/events/evening`
const tokenOf = (buyer: number): string | undefined => tenant.buyers[buyer]?.token
const seatUrl = (at: TestNode, place: number, verb: string): string =>
  `${at.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/${verb}`

async function join(at: TestNode, buyer?: number): Promise<LiveScreen> {
  const token = buyer === undefined ? undefined : tokenOf(buyer)
  const screen = await LiveScreen.open(clientTree, at.url, path(), token)
  clients.push(screen.client)
  return screen
}

const inside = (page: string): string =>
  /data-phx-static="[^"]*">([^]*)<\/div>\n<\/body>/.exec(page)?.[1] ?? ''
const isChange = (label: string, status: string) => {
  const place = Number(label.slice(1)) - 1
  return ({ event, text }: Frame) =>
    event === 'diff' && text.includes(`"k":{"${place}":{"1":"${status}"},"kc":10}`)
}
const noticeOf = (page: string): string => /<p id="notice" [^>]*>/.exec(page)?.[0] ?? ''

test('a pick is answered with what is mine, and everybody sees the seat by a push', async () => {
  const [winner, watcher] = [await join(node, 0), await join(node)]
  const answer = await winner.client.click('pick', { seat: 'A3' })
  expect(answer.status).toBe('ok')
  expect(JSON.stringify(answer.response.diff)).toContain('"A3"')
  const started = Date.now() * 1000
  for (const { client } of [winner, watcher]) {
    const push = await client.until(isChange('A3', 'held'))
    expect(push).toMatchObject({
      ref: null,
      joinRef: client.joinRef,
      payload: { '4': '9', '5': '1', '8': '11' },
    })
    expect(push.payload).not.toHaveProperty('6')
    expect(push.text.length).toBeLessThan(250)
    expect(Math.abs(Number(push.payload['7']) - started)).toBeLessThan(3_000_000)
  }
  // Holders are nobody's business.
  const told = watcher.client.frames.map(({ text }) => text).join('')
  expect(told).not.toContain(tenant.buyers[0]?.id)
  expect(winner.html()).toContain('<li id="mine-A3">')
  expect(watcher.html()).not.toContain('mine-A3')
  expect(watcher.html()).toContain('id="seat-A3" class="seat held"')
  const [hold] = await node.app.pg.query<{ user_id: string }>(
    "SELECT user_id FROM seat_holds WHERE seat_id = $1 AND status = 'active'",
    [tenant.seats[2]],
  )
  expect(hold?.user_id).toBe(tenant.buyers[0]?.id)
})

test('a seat that another has is refused with a notice, and a released one is free for all', async () => {
  const [winner, loser] = [await join(node, 0), await join(node, 1)]
  await winner.client.click('pick', { seat: 'A1' })
  await loser.client.click('pick', { seat: 'A1' })
  expect(noticeOf(loser.html())).toContain('class="taken" data-seat="A1"')
  expect((await loser.client.click('drop', { seat: 'A1' })).status).toBe('ok')
  await winner.client.click('drop', { seat: 'A1' })
  await loser.client.until(isChange('A1', 'available'))
  await loser.client.click('pick', { seat: 'A1' })
  expect(winner.html()).not.toContain('mine-A1')
  const page = loser.html()
  expect(page).toContain('<li id="mine-A1">')
  expect(noticeOf(page)).toContain('class="none"')
})

test('the limits of the API hold for clicks', async () => {
  tenant = await makeTenant(node.app, { seats: 12 })
  const buyer = await join(node, 0)
  for (let seat = 1; seat <= 11; seat += 1) await buyer.client.click('pick', { seat: `A${seat}` })
  const page = buyer.html()
  expect(noticeOf(page)).toContain('class="limited" data-seat="A11"')
  expect(page.match(/<li id="mine-/g)).toHaveLength(10)
})

test("another tenant's buyer sees the public map and cannot take a seat of it", async () => {
  const foreign = await makeTenant(node.app)
  const screen = await LiveScreen.open(clientTree, node.url, path(), foreign.buyers[0]?.token)
  clients.push(screen.client)
  await screen.client.click('pick', { seat: 'A1' })
  expect(noticeOf(screen.html())).toContain('class="unknown"')
  expect(
    await node.app.pg.query('SELECT id FROM seat_holds WHERE organization_id = $1', [tenant.org]),
  ).toEqual([])
})

test('two nodes: whatever is done on either, all viewers end with one and the same map', async () => {
  const viewers = await Promise.all([join(node), join(other), join(node, 0), join(other, 1)])
  await Promise.all(
    [0, 1, 2, 3, 4, 5].map((place) =>
      post(seatUrl(place % 2 ? node : other, place, 'reserve'), tokenOf(place % 2)),
    ),
  )
  await Promise.all(
    [0, 1].map((place) => post(seatUrl(place % 2 ? other : node, place, 'release'), tokenOf(place % 2))),
  )
  // Ten seats of version 1, six holds, two releases.
  const sync = 'data-version="18"'
  await soon(() => viewers.every((viewer) => viewer.html().includes(sync)))
  const maps = viewers.map((viewer) => /<div id="seats">([^]*?)<\/div>/.exec(viewer.html())?.[1])
  expect(new Set(maps).size).toBe(1)
  expect(maps[0]?.match(/class="seat held"/g)).toHaveLength(4)
  expect(inside((await getPage(other.url, path())).html)).toContain(maps[0])
})

test('who joins amid changes misses none and gets none that the tree already had', async () => {
  const writing = (async () => {
    for (let round = 0; round < 6; round += 1)
      for (const verb of ['reserve', 'release'])
        await Promise.all([0, 1, 2].map((place) => post(seatUrl(other, place, verb), tokenOf(place))))
  })()
  const viewers = await Promise.all(Array.from({ length: 8 }, () => join(node)))
  const first = viewers.map(({ tree }) => Number(/data-version="(\d+)"/.exec(tree.toString().buffer)?.[1]))
  await writing
  const last = 10 + 36
  await soon(() =>
    viewers.every(
      ({ client }) =>
        client.frames.some(({ payload }) => payload['8'] === String(last)) || client.diffs.length === 0,
    ),
  )
  for (const [place, { client }] of viewers.entries()) {
    const versions = client.diffs.map(({ payload }) => Number(payload['8']))
    expect(versions).toEqual(
      Array.from({ length: last - (first[place] ?? 0) }, (_, n) => (first[place] ?? 0) + n + 1),
    )
  }
})

test('a hold that runs out, and a seat that is sold, leave the own list and change the map', async () => {
  tenant = await makeTenant(node.app, { holdTtlS: 1 })
  const buyer = await join(node, 0)
  await buyer.client.click('pick', { seat: 'A1' })
  expect(buyer.html()).toContain('mine-A1')
  await buyer.client.until(isChange('A1', 'available'))
  await soon(() => !buyer.html().includes('mine-A1'))
  await buyer.client.click('pick', { seat: 'A2' })
  const started = await post(`${node.url}/api/checkouts`, tokenOf(0), { held_seat_ids: [tenant.seats[1]] })
  await post(`${node.url}/api/checkouts/${String(started.json.checkout_id)}/complete`, tokenOf(0), {
    payment_token: 'tok',
  })
  await buyer.client.until(isChange('A2', 'sold'))
  await soon(() => !buyer.html().includes('mine-A2'))
  expect(buyer.html()).toContain('<dd id="sold">1</dd>')
})

test("the buyer's other window shows what this one took", async () => {
  const [here, there] = [await join(node, 0), await join(other, 0)]
  await here.client.click('pick', { seat: 'A7' })
  await soon(() => there.html().includes('<li id="mine-A7">'))
  expect((await there.client.click('drop', { seat: 'A7' })).status).toBe('ok')
  await soon(() => !here.html().includes('mine-A7'))
})

test('with a batch time, changes of that time are one diff', async () => {
  const slow = await platform.node('live_batch_ms=1500')
  const watcher = await join(slow)
  await Promise.all([0, 1, 2].map((place) => post(seatUrl(node, place, 'reserve'), tokenOf(place))))
  await soon(() => watcher.client.diffs.length > 0)
  expect(watcher.client.diffs).toHaveLength(1)
  expect(watcher.client.diffs[0]?.payload).toMatchObject({ '4': '7', '5': '3', '8': '13' })
  expect(watcher.html().match(/class="seat held"/g)).toHaveLength(3)
})

test('a page that has missed a broadcast is mended by the next count, or when Redis is back', async () => {
  const watcher = await join(node)
  await node.app.pg.query("UPDATE seats SET status = 'blocked', version = version + 1 WHERE id = $1", [
    tenant.seats[8],
  ])
  await new Promise((resolve) => setTimeout(resolve, 300))
  const organizationId = tenant.org
  await node.app.bus.publish({
    organizationId,
    eventId: tenant.event,
    domain: 'seating',
    suffix: 'seating:occupancy:updated',
    event: 'occupancy_updated',
    payload: { total_available: 9, total_held: 0, total_sold: 0 },
    internal: {},
  })
  await watcher.client.until(isChange('A9', 'blocked'))
  expect(watcher.client.diffs[0]?.payload).toMatchObject({ '7': '0', '8': '11' })
  await node.app.pg.query("UPDATE seats SET status = 'blocked', version = version + 1 WHERE id = $1", [
    tenant.seats[7],
  ])
  node.app.redis.disconnect(true)
  await watcher.client.until(isChange('A8', 'blocked'))
})

test('the seats are loaded once for all who look at them, and forgotten when nobody does', async () => {
  const brief = await platform.node('live_linger_ms=100')
  const asked = vi.spyOn(brief.app.pg.pool, 'query')
  const loads = () =>
    asked.mock.calls.filter((call) => JSON.stringify(call).includes('FROM seats s LEFT JOIN')).length
  const heard = () => brief.app.bus.heard().filter(({ eventId }) => eventId === tenant.event).length
  const viewers = await Promise.all([join(brief), join(brief), join(brief)])
  expect([heard(), loads()]).toEqual([1, 1])
  await Promise.all(viewers.map(({ client }) => client.close()))
  clients.splice(0)
  await soon(() => heard() === 0)
  await post(seatUrl(node, 3, 'reserve'), tokenOf(0))
  const later = await join(brief)
  expect(later.html()).toContain('id="seat-A4" class="seat held"')
  expect(loads()).toBe(2)
})
