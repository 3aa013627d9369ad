import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { post } from './client.js'
import { makeGuests, type Guests } from './guests.js'
import { getPage, soon } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
import { LiveScreen } from './live-screen.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
let clientTree: (rendered: unknown) => ClientTree
const screens: LiveScreen[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  const made = await Promise.all([platform.node('provider_delay_ms=10'), platform.node(), clientTrees()])
  node = made[0]
  other = made[1]
  clientTree = made[2]
})
afterAll(() => platform.stop())
afterEach(async () => {
  await Promise.all(screens.splice(0).map(({ client }) => client.close()))
})

const setRole = (tenant: Tenant, role: string) =>
  node.app.pg.query('UPDATE memberships SET role = $2 WHERE user_id = $1', [tenant.buyers[0]?.id, role])

async function open(tenant: Tenant, path: string): Promise<LiveScreen> {
  const screen = await LiveScreen.open(
    clientTree,
    node.url,
    `/t/${tenant.org}/${path}`,
    tenant.buyers[0]?.token,
  )
  screens.push(screen)
  return screen
}

const count = (html: string, name: string): string | undefined =>
  new RegExp(`<dd id="${name}">([^<]*)</dd>`).exec(html)?.[1]

test('the dashboard follows the sale as it happens, on whatever node', async () => {
  const tenant = await makeTenant(node.app)
  await setRole(tenant, 'admin')
  const screen = await open(tenant, 'dashboard')
  expect(count(screen.html(), 'available')).toBe('10')
  const buyer = tenant.buyers[1]?.token
  for (const [place, at] of [node, other, other].entries())
    await post(`${at.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`, buyer)
  await post(`${node.url}/api/events/${tenant.event}/seats/${tenant.seats[2]}/release`, buyer)
  const { json } = await post(`${other.url}/api/checkouts`, buyer, {
    held_seat_ids: tenant.seats.slice(0, 1),
  })
  await post(`${node.url}/api/checkouts/${String(json.checkout_id)}/complete`, buyer, {
    payment_token: 'tok',
  })
  await soon(() => count(screen.html(), 'sold') === '1')
  const page = screen.html()
  expect(['available', 'held', 'sold', 'capacity', 'percent-sold'].map((name) => count(page, name))).toEqual([
    '8',
    '1',
    '1',
    '10',
    '10 %',
  ])
  expect(page).toContain('data-version="15"')
})

test('another event is a patch away, and then its changes are followed instead', async () => {
  const tenant = await makeTenant(node.app)
  await setRole(tenant, 'owner')
  const second = await makeTenant(node.app)
  await node.app.pg.query(
    "UPDATE events SET organization_id = $1, slug = 'matinee', name = 'Matinee' WHERE id = $2",
    [tenant.org, second.event],
  )
  await node.app.pg.query('UPDATE seats SET organization_id = $1 WHERE event_id = $2', [
    tenant.org,
    second.event,
  ])
  const screen = await open(tenant, 'dashboard?event=evening')
  expect(screen.html()).toContain(`<h2 id="sale" data-event-id="${tenant.event}">`)
  const { response } = await screen.client.push('live_patch', {
    url: `${node.url}/t/${tenant.org}/dashboard?event=matinee`,
  })
  expect(Object.keys(response)).toEqual(['diff'])
  expect(screen.html()).toContain(`<h2 id="sale" data-event-id="${second.event}">Matinee</h2>`)
  const reserve = (event: string, seat: string | undefined) =>
    post(`${node.url}/api/events/${event}/seats/${seat}/reserve`, tenant.buyers[1]?.token)
  await reserve(tenant.event, tenant.seats[0])
  await reserve(second.event, second.seats[0])
  await soon(() => count(screen.html(), 'held') === '1')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(count(screen.html(), 'held')).toBe('1')
})

test('a tenant without events has a dashboard that says so', async () => {
  const tenant = await makeTenant(node.app)
  await setRole(tenant, 'staff')
  await node.app.pg.query("UPDATE events SET status = 'archived' WHERE id = $1", [tenant.event])
  const screen = await open(tenant, 'dashboard')
  expect(screen.html()).toContain('<p id="empty">There are no events yet.</p>')
})

async function guestsFor(role: string, tickets = 3): Promise<Guests> {
  const guests = await makeGuests(node.app, { tickets, gates: 2 })
  await node.app.pg.query('UPDATE gates SET capacity = 4 WHERE id = $1', [guests.devices[0]?.gate])
  await setRole(guests, role)
  return guests
}

const scan = (guests: Guests, device: number, code: string | undefined, at = node) =>
  post(`${at.url}/api/scans`, guests.devices[device]?.token, {
    ticket_code: code,
    device_id: guests.devices[device]?.id,
    scanned_at: new Date().toISOString(),
    offline_batch: false,
  })

test("a gate's page counts its own scans, let in and turned away, from any node", async () => {
  const guests = await guestsFor('scanner_only')
  const screen = await open(guests, `gate/${guests.devices[0]?.gate}`)
  expect(count(screen.html(), 'admitted')).toBe('0')
  await scan(guests, 0, guests.codes[0])
  await scan(guests, 0, guests.codes[0], other)
  await scan(guests, 0, guests.codes[1], other)
  await scan(guests, 1, guests.codes[2])
  await soon(() => count(screen.html(), 'admitted') === '2' && count(screen.html(), 'denied') === '1')
  expect(count(screen.html(), 'occupancy')).toBe('2 of 4')
  expect(count(screen.html(), 'full')).toBe('50 %')
})

test("a gate's page is for staff of its tenant, and a gate of another tenant is none", async () => {
  const guests = await guestsFor('viewer', 1)
  const foreign = await guestsFor('owner', 1)
  const status = async (org: string, gate: string | undefined, token: string | undefined) =>
    (await getPage(node.url, `/t/${org}/gate/${gate}`, token === undefined ? {} : { token })).status
  const [buyer, gate] = [guests.buyers[0]?.token, guests.devices[0]?.gate]
  expect(await status(guests.org, gate, buyer)).toBe(403)
  expect(await status(guests.org, gate, foreign.buyers[0]?.token)).toBe(404)
  expect(await status(foreign.org, gate, foreign.buyers[0]?.token)).toBe(404)
  expect(await status(foreign.org, 'no-id', foreign.buyers[0]?.token)).toBe(404)
  expect(await status(guests.org, gate, undefined)).toBe(302)
})
