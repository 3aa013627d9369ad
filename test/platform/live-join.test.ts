import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seal } from '../../platform/live/seal.js'
import { defaults } from '../../platform/settings.js'
import { post } from './client.js'
import { getPage, LiveClient, type Answer } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
import { LiveScreen, treeOf } from './live-screen.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let clientTree: (rendered: unknown) => ClientTree
let tenant: Tenant
const clients: LiveClient[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  const made = await Promise.all([platform.node(), clientTrees()])
  node = made[0]
  clientTree = made[1]
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

async function connect(buyer?: number, over: { csrf?: string } = {}): Promise<LiveClient> {
  const token = buyer === undefined ? undefined : tokenOf(buyer)
  const page = await getPage(node.url, path(), token === undefined ? {} : { token })
  const client = await LiveClient.connect(page, over)
  clients.push(client)
  return client
}

async function join(buyer?: number): Promise<LiveScreen> {
  const token = buyer === undefined ? undefined : tokenOf(buyer)
  const screen = await LiveScreen.open(clientTree, node.url, path(), token)
  clients.push(screen.client)
  return screen
}

const inside = (page: string): string =>
  /data-phx-static="[^"]*">([^]*)<\/div>\n<\/body>/.exec(page)?.[1] ?? ''
const noticeOf = (page: string): string => /<p id="notice" [^>]*>/.exec(page)?.[0] ?? ''

test('the joined tree is what the dead render was, under the topic and refs of the join', async () => {
  await post(`${node.url}/api/events/${tenant.event}/seats/${tenant.seats[4]}/reserve`, tokenOf(0))
  const { client, tree } = await join(0)
  expect(tree.toString().buffer).toBe(inside(client.page.html))
  expect(tree.toString().buffer).toContain('<li id="mine-A5">')
  const reply = client.frames[0]
  expect(reply).toMatchObject({ joinRef: '4', ref: '4', topic: `lv:${client.page.id}`, event: 'phx_reply' })
  expect(reply?.payload.response).toMatchObject({
    liveview_version: '1.1.18',
    rendered: { t: '', s: expect.any(Number) },
  })
})

test('whoever is not logged in is sent to the log-in by a click, and the view ends', async () => {
  const { client } = await join()
  const { status, response } = await client.click('pick', { seat: 'A1' })
  expect(status).toBe('ok')
  expect(response.redirect).toEqual({
    to: `/auth/log-in?${new URLSearchParams({ back: path() }).toString()}`,
    status: 302,
  })
  expect(await client.until(({ event }) => event === 'phx_close')).toMatchObject({ joinRef: client.joinRef })
})

test('a wrong CSRF token, cookie, topic or page token is stale; a foreign origin is refused', async () => {
  const stale: Answer = { status: 'error', response: { reason: 'stale' } }
  const guess = await connect(0, { csrf: 'guess' })
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
  expect(
    await node.app.pg.query('SELECT id FROM seat_holds WHERE organization_id = $1', [tenant.org]),
  ).toEqual([])
})

test('a token opens its own page only; from there a socket goes on within the tenant', async () => {
  const foreign = await makeTenant(node.app)
  const client = await connect(0)
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
  expect(moved).toMatchObject({
    status: 'ok',
    response: { container: ['div', {}], rendered: { t: 'Checkout' } },
  })
})

test('a page that is gone by the time of the join asks for a reload, and one that needs a log-in sends there', async () => {
  const client = await connect()
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
  const buyer = await join(0)
  const { client } = buyer
  const patch = await client.push('live_patch', { url: `${node.url}${path()}?filter=available` })
  expect(patch).toEqual({ status: 'ok', response: { diff: { '1': 'filter-available' } } })
  expect(buyer.html()).toContain('<section id="event" class="filter-available"')
  expect(
    (await client.push('live_patch', { url: `${node.url}${path()}?filter=available` })).response,
  ).toEqual({})
  expect((await client.push('live_patch', { url: `${node.url}/t/${tenant.org}/checkout` })).response).toEqual(
    {
      link_redirect: true,
    },
  )
  for (const event of ['no-such-thing', 'validate'])
    expect(await client.click(event)).toEqual({ status: 'ok', response: {} })
  expect(await client.push('whatever', {})).toEqual({ status: 'ok', response: {} })
  expect((await client.push('cids_will_destroy', { cids: [1] })).response).toEqual({})
  expect((await client.push('cids_destroyed', { cids: [1] })).response).toEqual({ cids: [] })
  await client.click('pick', { seat: 'Z99' })
  expect(noticeOf(buyer.html())).toContain('class="unknown" data-seat="Z99"')
  await client.click('pick', { seat: '"><script>' })
  expect(buyer.html()).not.toContain('<script>')
})

test('to the checkout by the server: a live redirect and the end of the view; without seats a notice', async () => {
  const buyer = await join(0)
  await buyer.client.click('checkout')
  expect(noticeOf(buyer.html())).toContain('class="empty"')
  await buyer.client.click('pick', { seat: 'A1' })
  const { response } = await buyer.client.click('checkout')
  expect(response).toEqual({ live_redirect: { to: `/t/${tenant.org}/checkout?event=evening`, kind: 'push' } })
  await buyer.client.until(({ event }) => event === 'phx_close')
})

test('an answer that cannot be given crashes the view: no reply, phx_error, and a new join starts afresh', async () => {
  const buyer = await join(0)
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
  const flash = { kind: 'info', text: 'Well <done>' }
  const told = seal(defaults.session_secret, 'cookie', { csrf: 'token-of-a-session', flash })
  const shown = await getPage(node.url, path(), { cookie: `_voelgoedevents_key=${told}` })
  expect(shown.html).toContain('Well &#60;done&#62;')
  const client = await LiveClient.connect(shown)
  clients.push(client)
  const tree = clientTree(treeOf(await client.join()))
  expect(tree.toString().buffer).toContain('Well &#60;done&#62;')
  expect((await client.click('lv:clear-flash', { key: 'info' })).response).toEqual({ diff: { '0': '' } })
  await client.push('phx_leave', {})
  const again = await client.join({ params: { _mounts: 1 } })
  expect(JSON.stringify(again.response)).not.toContain('Well')
})
