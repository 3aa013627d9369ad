import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { clearFaults, plantFault } from '../../platform/faults/plant.js'
import { post } from './client.js'
import { getPage, LiveClient, soon } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
import { LiveScreen } from './live-screen.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let clientTree: (rendered: unknown) => ClientTree
let tenant: Tenant
const clients: LiveClient[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  const made = await Promise.all([platform.node('limit_reserve_per_user=0'), clientTrees()])
  node = made[0]
  clientTree = made[1]
})
afterAll(() => platform.stop())
beforeEach(async () => {
  tenant = await makeTenant(node.app)
})
afterEach(async () => {
  await clearFaults(node.app)
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

const path = (of: Tenant = tenant): string => `/t/${of.org}/events/evening`

async function watch(): Promise<LiveScreen> {
  const screen = await LiveScreen.open(clientTree, node.url, path())
  clients.push(screen.client)
  return screen
}

async function connect(over: { csrf?: string } = {}, at = path()): Promise<LiveClient> {
  const page = await getPage(node.url, at, { token: tenant.buyers[0]?.token ?? '' })
  const client = await LiveClient.connect({ ...page, path: at }, over)
  clients.push(client)
  return client
}

const reserve = (place: number) =>
  post(`${node.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`, tenant.buyers[0]?.token)

test('full-render: a change sends every seat, until it is undone', async () => {
  const watcher = await watch()
  await plantFault(node.app, 'full-render', undefined)
  await reserve(0)
  await soon(() => watcher.client.diffs.length === 1)
  const [full] = watcher.client.diffs
  expect(full?.text.match(/"A\d+"/g)).toHaveLength(20)
  expect(watcher.html()).toContain('id="seat-A1" class="seat held"')
  await clearFaults(node.app)
  await reserve(1)
  await soon(() => watcher.client.diffs.length === 1)
  expect(watcher.client.diffs[0]?.text).not.toContain('"A3"')
  expect(watcher.html().match(/class="seat held"/g)).toHaveLength(2)
})

test('stale-page: a seat that changed is not told of; the counts are right with the next change', async () => {
  const watcher = await watch()
  await plantFault(node.app, 'stale-page', '1')
  await reserve(0)
  await soon(async () => (await getPage(node.url, path())).html.includes('id="seat-A1" class="seat held"'))
  expect(watcher.client.diffs).toEqual([])
  await clearFaults(node.app)
  await reserve(1)
  await soon(() => watcher.client.diffs.length === 1)
  const page = watcher.html()
  expect(page).toContain('id="seat-A1" class="seat available"')
  expect(page).toContain('id="seat-A2" class="seat held"')
  expect(page).toContain('<dd id="held">2</dd>')
  expect(page).toContain('data-version="12"')
})

test('slow-mount: the dead render and the join take their time', async () => {
  await plantFault(node.app, 'slow-mount', '150')
  const started = performance.now()
  const page = await getPage(node.url, path())
  const rendered = performance.now()
  const client = await LiveClient.connect(page)
  clients.push(client)
  await client.join()
  expect(rendered - started).toBeGreaterThanOrEqual(149)
  expect(performance.now() - rendered).toBeGreaterThanOrEqual(149)
})

test('forget-csrf: a forged token opens the page and takes a seat', async () => {
  expect((await (await connect({ csrf: 'forged' })).join()).response).toEqual({ reason: 'stale' })
  await plantFault(node.app, 'forget-csrf', undefined)
  const client = await connect({ csrf: 'forged' })
  expect((await client.join()).status).toBe('ok')
  await client.click('pick', { seat: 'A1' })
  const holds = await node.app.pg.query(
    "SELECT id FROM seat_holds WHERE event_id = $1 AND status = 'active'",
    [tenant.event],
  )
  expect(holds).toHaveLength(1)
})

test("live-leak: another tenant's event opens under one's own path, and a socket may go to the other tenant", async () => {
  const foreign = await makeTenant(node.app, { seats: 3 })
  await node.app.pg.query("UPDATE events SET slug = 'foreign-evening' WHERE id = $1", [foreign.event])
  const stolen = `/t/${tenant.org}/events/foreign-evening`
  const theirs = { url: undefined, redirect: `${node.url}/t/${foreign.org}/events/foreign-evening` }
  expect((await getPage(node.url, stolen)).status).toBe(404)
  expect((await (await connect()).join(theirs)).response).toEqual({ reason: 'unauthorized' })
  await plantFault(node.app, 'live-leak', undefined)
  expect((await getPage(node.url, stolen)).html).toContain(`data-event-id="${foreign.event}"`)
  expect((await (await connect({}, stolen)).join()).status).toBe('ok')
  expect((await (await connect()).join(theirs)).status).toBe('ok')
  // One's own events stay one's own.
  expect((await getPage(node.url, path())).html).toContain(`data-event-id="${tenant.event}"`)
})

test('values that cannot be are refused', async () => {
  for (const [name, value] of [
    ['full-render', '1'],
    ['stale-page', '0'],
    ['stale-page', '2'],
    ['slow-mount', '-1'],
    ['slow-mount', 'soon'],
    ['forget-csrf', 'x'],
    ['live-leak', 'x'],
  ] as const)
    await expect(plantFault(node.app, name, value)).rejects.toThrow(
      `fault "${name}" cannot be planted with "${value}"`,
    )
})
