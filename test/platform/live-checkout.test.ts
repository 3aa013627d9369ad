import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { post } from './client.js'
import { getPage, soon } from './live-client.js'
import { clientTrees, type ClientTree } from './live-oracle.js'
import { LiveScreen } from './live-screen.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
let clientTree: (rendered: unknown) => ClientTree
let tenant: Tenant
const screens: LiveScreen[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  const settings = ['sweep_interval_ms=50', 'provider_delay_ms=10']
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
  await Promise.all(screens.splice(0).map(({ client }) => client.close()))
})

const hold = (place: number, buyer = 0, at = node) =>
  post(
    `${at.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`,
    tenant.buyers[buyer]?.token,
  )

async function open(query = '', buyer = 0): Promise<LiveScreen> {
  const screen = await LiveScreen.open(
    clientTree,
    node.url,
    `/t/${tenant.org}/checkout${query}`,
    tenant.buyers[buyer]?.token,
  )
  screens.push(screen)
  return screen
}

const shows = (screen: LiveScreen, part: string): Promise<void> => soon(() => screen.html().includes(part))

const fields = (buyer: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(buyer).map(([name, value]) => [`buyer[${name}]`, value]))

const good = { name: 'Thandi', email: 'thandi@example.org' }

test('from held seats to tickets, without a reload', async () => {
  await hold(0)
  await hold(1)
  const page = await open()
  expect(page.html()).toContain('<section id="checkout" class="choosing"')
  expect(page.html().match(/<li id="held-A\d">/g)).toHaveLength(2)
  const ref = page.client.send('event', {
    type: 'form',
    event: 'start',
    value: new URLSearchParams(fields(good)).toString(),
    meta: {},
  })
  await page.client.answer(ref)
  const [checkout] = await node.app.pg.query<{ id: string; total_cents: number }>(
    'SELECT id, total_cents FROM checkouts WHERE organization_id = $1',
    [tenant.org],
  )
  const patched = page.client.frames.findIndex(({ event }) => event === 'live_patch')
  const replied = page.client.frames.findIndex((frame) => frame.ref === ref)
  expect(page.client.frames[patched]).toMatchObject({
    ref: null,
    payload: { kind: 'replace', to: `/t/${tenant.org}/checkout?checkout=${checkout?.id}` },
  })
  expect(patched).toBeLessThan(replied)
  expect(page.html()).toContain(`<p id="total" data-cents="${checkout?.total_cents}">To pay: R 238.30</p>`)
  await page.client.click('pay', { token: 'tok_visa' })
  await shows(page, 'class="completed"')
  const tickets = await node.app.pg.query<{ ticket_code: string }>(
    'SELECT ticket_code FROM tickets WHERE organization_id = $1',
    [tenant.org],
  )
  expect(tickets).toHaveLength(2)
  for (const { ticket_code: code } of tickets) expect(page.html()).toContain(`id="ticket-${code}"`)
  const again = await open(`?checkout=${checkout?.id}`)
  expect(again.html()).toContain('class="completed"')
})

test('the form says what is wrong with what was touched, keeps what was typed, and starts nothing meanwhile', async () => {
  await hold(0)
  const page = await open()
  await page.client.form('validate', { 'buyer[name]': 'T', 'buyer[_unused_email]': '', 'buyer[email]': '' })
  expect(page.html()).toContain('<input id="buyer_name" name="buyer[name]" value="T">')
  expect(page.html()).toContain('<p id="wrong-email" class="wrong"></p>')
  await page.client.form('validate', fields({ name: '"<T>', email: 'nowhere' }))
  expect(page.html()).toContain('value="&#34;&#60;T&#62;"')
  expect(page.html()).toContain('<p id="wrong-email" class="wrong">Please give an e-mail address.</p>')
  await page.client.form('start', fields({ name: ' ', email: 'nowhere' }))
  expect(page.html()).toContain('<p id="wrong-name" class="wrong">Please give a name')
  expect(
    await node.app.pg.query('SELECT id FROM checkouts WHERE organization_id = $1', [tenant.org]),
  ).toEqual([])
  // As a client does after it was away: it sends the form before anything else.
  const { response } = await page.client.join({ params: { _mounts: 1 } })
  expect(JSON.stringify(response)).not.toContain('nowhere')
  await page.client.form('validate', fields(good))
  const diff = page.client.frames.at(-1)?.payload
  expect(JSON.stringify(diff)).toContain('thandi@example.org')
})

test('holds that come and go on another node are shown at once', async () => {
  await hold(0)
  const page = await open()
  await hold(1, 0, other)
  await shows(page, '<li id="held-A2">')
  await hold(2, 1, other)
  await post(
    `${other.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/release`,
    tenant.buyers[0]?.token,
  )
  await soon(() => !page.html().includes('held-A1'))
  expect(page.html()).not.toContain('held-A3')
})

test('a payment that fails ends the purchase and frees the seats', async () => {
  await hold(0)
  const page = await open()
  await page.client.form('start', fields(good))
  await page.client.click('pay', { token: 'tok_fail' })
  await shows(page, '<p id="ended">')
  expect(page.html()).not.toContain('held-A1')
})

test('giving the seats back ends it as well; a second start within five seconds is limited', async () => {
  await hold(0)
  const page = await open()
  await page.client.form('start', fields(good))
  await page.client.click('cancel')
  expect(page.html()).toContain('<p id="ended">')
  await hold(1)
  const next = await open()
  await next.client.form('start', fields(good))
  expect(next.html()).toContain('<p id="notice" class="limited"')
  expect(next.html()).toContain('class="choosing"')
})

test('an open purchase is found again by its buyer, and by nobody else', async () => {
  await hold(0)
  const page = await open()
  await page.client.form('start', fields(good))
  const id = /data-checkout-id="([^"]+)"/.exec(page.html())?.[1]
  expect((await open()).html()).toContain(`data-checkout-id="${id}"`)
  const stranger = await open(`?checkout=${id}`, 1)
  expect(stranger.html()).toContain('<p id="empty">')
  expect(stranger.html()).toContain('data-checkout-id=""')
  await stranger.client.click('pay')
  const [row] = await node.app.pg.query<{ status: string }>('SELECT status FROM checkouts WHERE id = $1', [
    id,
  ])
  expect(row?.status).toBe('started')
})

test("without seats there is nothing to buy, and another tenant's checkout is not found", async () => {
  expect((await open()).html()).toContain('<p id="empty">You hold no seats.</p>')
  const foreign = await makeTenant(node.app)
  const page = await getPage(node.url, `/t/${foreign.org}/checkout`, { token: tenant.buyers[0]?.token ?? '' })
  expect(page.status).toBe(404)
})
