import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import { seal } from '../../platform/live/seal.js'
import { defaults } from '../../platform/settings.js'
import { post } from './client.js'
import { getPage, LiveClient, soon, type Answer, type Frame } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
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
  const [first, second, make] = await Promise.all([
    platform.node(...settings),
    platform.node(...settings),
    clientTrees(),
  ])
  node = first
  other = second
  clientTree = make
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

async function connect(at: TestNode, buyer?: number, over: { csrf?: string } = {}): Promise<LiveClient> {
  const token = buyer === undefined ? undefined : tokenOf(buyer)
  const page = await getPage(at.url, path(), token === undefined ? {} : { token })
  const client = await LiveClient.connect(page, over)
  clients.push(client)
  return client
}

interface Joined {
  readonly client: LiveClient
  readonly tree: ClientTree
}

const withoutTitle = ({ t: _, ...tree }: Record<string, unknown>): Record<string, unknown> => tree

async function join(at: TestNode, buyer?: number): Promise<Joined> {
  const client = await connect(at, buyer)
  const { status, response } = await client.join()
  expect(status).toBe('ok')
  return { client, tree: clientTree(withoutTitle(response.rendered as Record<string, unknown>)) }
}

/** The tree after everything that came so far, replies and pushes in their order. */
function html({ client, tree }: Joined): string {
  for (const { event, payload, ref } of client.frames.splice(0)) {
    const reply = payload.response as { diff?: unknown } | undefined
    const diff = event === 'diff' ? payload : ref === client.joinRef ? undefined : reply?.diff
    if (diff === undefined) continue
    // The client renders after each diff, and resolves templates as it does.
    tree.toString()
    tree.mergeDiff(diff)
  }
  return tree.toString().buffer
}

const inside = (page: string): string => /data-phx-static="[^"]*">([^]*)<\/div>\n<\/body>/.exec(page)?.[1] ?? ''
const isChange = (label: string, status: string) => {
  const place = Number(label.slice(1)) - 1
  return ({ event, text }: Frame) =>
    event === 'diff' && text.includes(`"k":{"${place}":{"1":"${status}"},"kc":10}`)
}
const noticeOf = (page: string): string => /<p id="notice" [^>]*>/.exec(page)?.[0] ?? ''

test('the joined tree is what the dead render was, under the topic and refs of the join', async () => {
  await post(seatUrl(node, 4, 'reserve'), tokenOf(0))
  const { client, tree } = await join(node, 0)
  expect(tree.toString().buffer).toBe(inside(client.page.html))
  expect(tree.toString().buffer).toContain('<li id="mine-A5">')
  const reply = client.frames[0]
  expect(reply).toMatchObject({ joinRef: '4', ref: '4', topic: `lv:${client.page.id}`, event: 'phx_reply' })
  expect(reply?.payload.response).toMatchObject({ liveview_version: '1.1.18', rendered: { t: '', s: expect.any(Number) } })
})

test('a pick is answered with what is mine, and everybody sees the seat by a push', async () => {
  const [winner, watcher] = [await join(node, 0), await join(node)]
  const answer = await winner.client.click('pick', { seat: 'A3' })
  expect(answer.status).toBe('ok')
  expect(JSON.stringify(answer.response.diff)).toContain('"A3"')
  const started = Date.now() * 1000
  for (const { client } of [winner, watcher]) {
    const push = await client.until(isChange('A3', 'held'))
    expect(push).toMatchObject({ ref: null, joinRef: client.joinRef, payload: { '4': '9', '5': '1', '8': '11' } })
    expect(push.payload).not.toHaveProperty('6')
    expect(push.text.length).toBeLessThan(250)
    expect(Math.abs(Number(push.payload['7']) - started)).toBeLessThan(3_000_000)
  }
  // Holders are nobody's business.
  const told = watcher.client.frames.map(({ text }) => text).join('')
  expect(told).not.toContain(tenant.buyers[0]?.id)
  expect(html(winner)).toContain('<li id="mine-A3">')
  expect(html(watcher)).not.toContain('mine-A3')
  expect(html(watcher)).toContain('id="seat-A3" class="seat held"')
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
  expect(noticeOf(html(loser))).toContain('class="taken" data-seat="A1"')
  expect((await loser.client.click('drop', { seat: 'A1' })).status).toBe('ok')
  await winner.client.click('drop', { seat: 'A1' })
  await loser.client.until(isChange('A1', 'available'))
  await loser.client.click('pick', { seat: 'A1' })
  expect(html(winner)).not.toContain('mine-A1')
  const page = html(loser)
  expect(page).toContain('<li id="mine-A1">')
  expect(noticeOf(page)).toContain('class="none"')
})

test('the limits of the API hold for clicks', async () => {
  tenant = await makeTenant(node.app, { seats: 12 })
  const buyer = await join(node, 0)
  for (let seat = 1; seat <= 11; seat += 1) await buyer.client.click('pick', { seat: `A${seat}` })
  const page = html(buyer)
  expect(noticeOf(page)).toContain('class="limited" data-seat="A11"')
  expect(page.match(/<li id="mine-/g)).toHaveLength(10)
})

test('whoever is not logged in is sent to the log-in by a click, and the view ends', async () => {
  const { client } = await join(node)
  const { status, response } = await client.click('pick', { seat: 'A1' })
  expect(status).toBe('ok')
  expect(response.redirect).toEqual({ to: `/auth/log-in?${new URLSearchParams({ back: path() }).toString()}`, status: 302 })
  expect(await client.until(({ event }) => event === 'phx_close')).toMatchObject({ joinRef: client.joinRef })
})

test("another tenant's buyer sees the public map and cannot take a seat of it", async () => {
  const foreign = await makeTenant(node.app)
  const page = await getPage(node.url, path(), { token: foreign.buyers[0]?.token ?? '' })
  const client = await LiveClient.connect(page)
  clients.push(client)
  const { response } = await client.join()
  const tree = clientTree(withoutTitle(response.rendered as Record<string, unknown>))
  await client.click('pick', { seat: 'A1' })
  expect(noticeOf(html({ client, tree }))).toContain('class="unknown"')
  expect(await node.app.pg.query('SELECT id FROM seat_holds WHERE organization_id = $1', [tenant.org])).toEqual([])
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
  await soon(() => viewers.every((viewer) => html(viewer).includes(sync)))
  const maps = viewers.map((viewer) => /<div id="seats">([^]*?)<\/div>/.exec(html(viewer))?.[1])
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
  await soon(() => viewers.every(({ client }) => client.frames.some(({ payload }) => payload['8'] === String(last))
    || client.diffs.length === 0))
  for (const [place, { client }] of viewers.entries()) {
    const versions = client.diffs.map(({ payload }) => Number(payload['8']))
    expect(versions).toEqual(Array.from({ length: last - (first[place] ?? 0) }, (_, n) => (first[place] ?? 0) + n + 1))
  }
})

test('a hold that runs out, and a seat that is sold, leave the own list and change the map', async () => {
  tenant = await makeTenant(node.app, { holdTtlS: 1 })
  const buyer = await join(node, 0)
  await buyer.client.click('pick', { seat: 'A1' })
  expect(html(buyer)).toContain('mine-A1')
  await buyer.client.until(isChange('A1', 'available'))
  await soon(() => !html(buyer).includes('mine-A1'))
  await buyer.client.click('pick', { seat: 'A2' })
  const started = await post(`${node.url}/api/checkouts`, tokenOf(0), { held_seat_ids: [tenant.seats[1]] })
  await post(`${node.url}/api/checkouts/${String(started.json.checkout_id)}/complete`, tokenOf(0), { payment_token: 'tok' })
  await buyer.client.until(isChange('A2', 'sold'))
  await soon(() => !html(buyer).includes('mine-A2'))
  expect(html(buyer)).toContain('<dd id="sold">1</dd>')
})

test("the buyer's other window shows what this one took", async () => {
  const [here, there] = [await join(node, 0), await join(other, 0)]
  await here.client.click('pick', { seat: 'A7' })
  await soon(() => html(there).includes('<li id="mine-A7">'))
  await there.client.click('drop', { seat: 'A7' })
  await soon(() => !html(here).includes('mine-A7'))
})

test('a wrong CSRF token, cookie, topic or page token is stale; a foreign origin is refused', async () => {
  const stale: Answer = { status: 'error', response: { reason: 'stale' } }
  const guess = await connect(node, 0, { csrf: 'guess' })
  expect(await guess.join()).toEqual(stale)
  const page = await getPage(node.url, path())
  const elsewhere = await getPage(node.url, path())
  const noCookie = await LiveClient.connect({ ...page, cookie: '' })
  const wrongPair = await LiveClient.connect({ ...page, cookie: elsewhere.cookie })
  clients.push(noCookie, wrongPair)
  expect(await noCookie.join()).toEqual(stale)
  expect(await wrongPair.join()).toEqual(stale)
  const client = await LiveClient.connect(page)
  clients.push(client)
  expect(await client.join({}, `lv:${elsewhere.id}`)).toEqual(stale)
  const old = seal('another secret', 'page', { id: page.id, view: 'event', tenant: tenant.org, path: path() })
  expect(await client.join({ session: old })).toEqual(stale)
  expect(await client.join({ session: undefined })).toEqual(stale)
  expect((await client.join()).status).toBe('ok')
  await expect(LiveClient.connect(page, { origin: 'https://evil.example' })).rejects.toThrow('403')
  expect(await node.app.pg.query('SELECT id FROM seat_holds WHERE organization_id = $1', [tenant.org])).toEqual([])
})

test('a token opens its own page only; from there a socket goes on within the tenant', async () => {
  const foreign = await makeTenant(node.app)
  const client = await connect(node, 0)
  const at = (there: string) => `${node.url}${there}`
  const unauthorized: Answer = { status: 'error', response: { reason: 'unauthorized' } }
  expect(await client.join({ url: at(path(foreign)) })).toEqual(unauthorized)
  expect(await client.join({ url: at(`/t/${tenant.org}/checkout`) })).toEqual(unauthorized)
  expect(await client.join({ url: undefined, redirect: at(path(foreign)) })).toEqual(unauthorized)
  expect(await client.join({ url: undefined, redirect: at('/health') })).toEqual(unauthorized)
  expect(await client.join({ url: '%%%' })).toEqual(unauthorized)
  await client.join()
  await client.push('phx_leave', {})
  await client.until(({ event }) => event === 'phx_close')
  const moved = await client.join({ url: undefined, redirect: at(`/t/${tenant.org}/checkout`) })
  expect(moved).toMatchObject({ status: 'ok', response: { container: ['div', {}], rendered: { t: 'Checkout' } } })
})

test('a page that is gone by the time of the join asks for a reload, and one that needs a log-in sends there', async () => {
  const client = await connect(node)
  await node.app.pg.query("UPDATE events SET status = 'draft' WHERE id = $1", [tenant.event])
  expect(await client.join()).toMatchObject({
    status: 'error',
    response: { reason: 'reload', status: 404, token: expect.any(String) },
  })
  await node.app.pg.query("UPDATE events SET status = 'live' WHERE id = $1", [tenant.event])
  await client.join()
  const checkout = `/t/${tenant.org}/checkout`
  expect(await client.join({ url: undefined, redirect: `${node.url}${checkout}` })).toEqual({
    status: 'error',
    response: { redirect: { to: `/auth/log-in?back=${encodeURIComponent(checkout)}`, status: 302 } },
  })
})

test('patches, unknown events and notices of the client are answered, each as it expects', async () => {
  const buyer = await join(node, 0)
  const { client } = buyer
  const patch = await client.push('live_patch', { url: `${node.url}${path()}?filter=available` })
  expect(patch).toEqual({ status: 'ok', response: { diff: { '1': 'filter-available' } } })
  expect(html(buyer)).toContain('<section id="event" class="filter-available"')
  expect((await client.push('live_patch', { url: `${node.url}${path()}?filter=available` })).response).toEqual({})
  expect((await client.push('live_patch', { url: `${node.url}/t/${tenant.org}/checkout` })).response).toEqual({
    link_redirect: true,
  })
  for (const event of ['no-such-thing', 'validate']) expect(await client.click(event)).toEqual({ status: 'ok', response: {} })
  expect(await client.push('whatever', {})).toEqual({ status: 'ok', response: {} })
  expect((await client.push('cids_will_destroy', { cids: [1] })).response).toEqual({})
  expect((await client.push('cids_destroyed', { cids: [1] })).response).toEqual({ cids: [] })
  await client.click('pick', { seat: 'Z99' })
  expect(noticeOf(html(buyer))).toContain('class="unknown" data-seat="Z99"')
  await client.click('pick', { seat: '"><script>' })
  expect(html(buyer)).not.toContain('<script>')
})

test('to the checkout by the server: a live redirect and the end of the view; without seats a notice', async () => {
  const buyer = await join(node, 0)
  await buyer.client.click('checkout')
  expect(noticeOf(html(buyer))).toContain('class="empty"')
  await buyer.client.click('pick', { seat: 'A1' })
  const { response } = await buyer.client.click('checkout')
  expect(response).toEqual({ live_redirect: { to: `/t/${tenant.org}/checkout?event=evening`, kind: 'push' } })
  await buyer.client.until(({ event }) => event === 'phx_close')
})

test('an answer that cannot be given crashes the view: no reply, phx_error, and a new join starts afresh', async () => {
  const buyer = await join(node, 0)
  const honest = node.app.seams.claimSeat
  node.app.seams.claimSeat = () => Promise.reject(new Error('the database is on fire'))
  const ref = buyer.client.send('event', { type: 'click', event: 'pick', value: { seat: 'A1' } })
  const crash = await buyer.client.until(({ event }) => event === 'phx_error')
  node.app.seams.claimSeat = honest
  expect(crash).toMatchObject({ joinRef: buyer.client.joinRef, ref: buyer.client.joinRef, payload: {} })
  expect(buyer.client.frames.some((frame) => frame.ref === ref)).toBe(false)
  expect((await buyer.client.join({ params: { _mounts: 1 } })).status).toBe('ok')
  expect((await buyer.client.click('pick', { seat: 'A1' })).status).toBe('ok')
})

test('the flash of the dead render comes with the first join and goes with a click', async () => {
  const page = await getPage(node.url, `/t/${tenant.org}/checkout`)
  const { back: _, ...kept } = { back: 0, csrf: page.csrf }
  const told = seal(defaults.session_secret, 'cookie', {
    csrf: kept.csrf === '' ? 'csrf-of-a-test-session' : kept.csrf,
    flash: { kind: 'info', text: 'Well <done>' },
  })
  const shown = await getPage(node.url, path(), { cookie: `_voelgoedevents_key=${told}` })
  expect(shown.html).toContain('Well &#60;done&#62;')
  const client = await LiveClient.connect(shown)
  clients.push(client)
  const { response } = await client.join()
  const tree = clientTree(withoutTitle(response.rendered as Record<string, unknown>))
  expect(tree.toString().buffer).toContain('Well &#60;done&#62;')
  expect((await client.click('lv:clear-flash', { key: 'info' })).response).toEqual({ diff: { '0': '' } })
  await client.push('phx_leave', {})
  const again = await client.join({ params: { _mounts: 1 } })
  expect(JSON.stringify(again.response)).not.toContain('Well')
})

test('with a batch time, changes of that time are one diff', async () => {
  const slow = await platform.node('live_batch_ms=150')
  const watcher = await join(slow)
  await Promise.all([0, 1, 2].map((place) => post(seatUrl(node, place, 'reserve'), tokenOf(place))))
  await soon(() => watcher.client.diffs.length > 0)
  expect(watcher.client.diffs).toHaveLength(1)
  expect(watcher.client.diffs[0]?.payload).toMatchObject({ '4': '7', '5': '3', '8': '13' })
  expect(html(watcher).match(/class="seat held"/g)).toHaveLength(3)
})

test('a page that has missed a broadcast is mended by the next count, or when Redis is back', async () => {
  const watcher = await join(node)
  await node.app.pg.query("UPDATE seats SET status = 'blocked', version = version + 1 WHERE id = $1", [tenant.seats[8]])
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
  await node.app.pg.query("UPDATE seats SET status = 'blocked', version = version + 1 WHERE id = $1", [tenant.seats[7]])
  node.app.redis.disconnect(true)
  await watcher.client.until(isChange('A8', 'blocked'))
})

test('the seats are loaded once for all who look at them, and forgotten when nobody does', async () => {
  const brief = await platform.node('live_linger_ms=100')
  const statements = async (): Promise<number> => {
    const { n } = (await brief.app.pg.pool.query<{ n: number }>('SELECT 1 AS n')).rows[0] ?? { n: 0 }
    return n
  }
  await statements()
  const heard = () => brief.app.bus.heard().filter(({ eventId }) => eventId === tenant.event).length
  const viewers = await Promise.all([join(brief), join(brief), join(brief)])
  expect(heard()).toBe(1)
  await Promise.all(viewers.map(({ client }) => client.close()))
  clients.splice(0)
  await soon(() => heard() === 0)
  await post(seatUrl(node, 3, 'reserve'), tokenOf(0))
  const later = await join(brief)
  expect(html(later)).toContain('id="seat-A4" class="seat held"')
})
