import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Page, Screen, Viewer, Visit } from '../../platform/live/page.js'
import { checkoutPage } from '../../platform/live/pages/checkout.js'
import { dashboardPage } from '../../platform/live/pages/dashboard.js'
import { gatePage } from '../../platform/live/pages/gate.js'
import { toHtml } from '../../platform/live/rendered.js'
import { post } from './client.js'
import { makeGuests } from './guests.js'
import { soon } from './live-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let tenant: Tenant
const screens: Screen[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node('live_linger_ms=0')
})
afterAll(() => platform.stop())
beforeEach(async () => {
  tenant = await makeTenant(node.app)
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const screen of screens.splice(0)) screen.close()
})

/** A viewer who does the work of a channel, one after another. */
class Mailbox implements Viewer {
  done: Promise<unknown> = Promise.resolve()

  changed(work?: () => Promise<void> | void): void {
    this.done = this.done.then(() => work?.())
  }

  push(): void {}
}

async function open(page: Page, role: string, { params = {}, query = '' } = {}, of = tenant) {
  const visit: Visit = {
    slug: of.org,
    params,
    path: `/t/${of.org}`,
    query: new URLSearchParams(query),
    caller: { kind: 'user', userId: of.buyers[0]?.id ?? '', organizationId: of.org, role },
    flash: undefined,
  }
  const screen = await page.open(node.app, visit)
  if (screen === 'log-in') throw new Error('nobody is logged in')
  screens.push(screen)
  const mailbox = new Mailbox()
  screen.follow(mailbox)
  await mailbox.done
  return { screen, mailbox }
}

const hold = (place: number) =>
  post(`${node.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`, tenant.buyers[0]?.token)
const heard = () => node.app.bus.heard().map(({ eventId }) => eventId)

/** Nothing of Redis is known to be heard until the returned function is called. */
function holdBackReady() {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const ready = vi.spyOn(node.app.bus, 'ready').mockReturnValue(held)
  return { release, ready }
}

test('who leaves the dashboard while another event is loaded leaves nothing behind', async () => {
  const { screen } = await open(dashboardPage, 'owner')
  expect(heard()).toEqual([tenant.event])
  const going = screen.params(new URLSearchParams())
  screen.close()
  await going
  await soon(() => heard().length === 0)
})

test('who leaves the checkout while its event is looked up leaves nothing behind', async () => {
  const { screen } = await open(checkoutPage, 'viewer')
  expect(heard()).toEqual([])
  expect((await hold(0)).status).toBe(201)
  const going = screen.params(new URLSearchParams())
  screen.close()
  await going
  expect(toHtml(screen.render())).toContain('id="held-A1"')
  expect(heard()).toEqual([])
})

test('who leaves a gate before it is counted leaves nothing behind', async () => {
  const guests = await makeGuests(node.app)
  const { screen, mailbox } = await open(
    gatePage,
    'owner',
    { params: { gate_id: guests.devices[0]?.gate ?? '' } },
    guests,
  )
  expect(heard()).toEqual([guests.event])
  screen.close()
  await mailbox.done
  expect(heard()).toEqual([])
})

test('a checkout that turns to an event looks again once it hears of it', async () => {
  const { screen } = await open(checkoutPage, 'viewer')
  await hold(0)
  const { release, ready } = holdBackReady()
  const going = screen.params(new URLSearchParams())
  await soon(() => ready.mock.calls.length > 0)
  // Taken behind the back of the bus, as if its news had come too soon.
  await node.app.pg.query('UPDATE seat_holds SET held_until = now() WHERE event_id = $1', [tenant.event])
  release()
  await going
  expect(toHtml(screen.render())).not.toContain('id="held-A1"')
  expect(heard()).toEqual([tenant.event])
})

test('a gate is counted once its scans are heard of', async () => {
  const guests = await makeGuests(node.app)
  const gate = guests.devices[0]?.gate ?? ''
  const { release, ready } = holdBackReady()
  const opening = open(gatePage, 'owner', { params: { gate_id: gate } }, guests)
  await soon(() => ready.mock.calls.length > 0)
  await node.app.pg.query(
    `INSERT INTO scans (organization_id, event_id, ticket_id, gate_id, device_id, status, scanned_at)
     SELECT $1, $2, id, $3, $4, 'admitted', now() FROM tickets WHERE event_id = $2`,
    [guests.org, guests.event, gate, guests.devices[0]?.id],
  )
  release()
  const { screen } = await opening
  expect(toHtml(screen.render())).toContain('<dd id="admitted">1</dd>')
})
