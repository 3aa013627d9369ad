import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { keys } from '../../platform/redis/keys.js'
import { get, pay, post, type Answer } from './client.js'
import { makeGuests } from './guests.js'
import { act, Audience, awaiting, checkout, metric } from './realtime-actions.js'
import { pause, topicOf, until, type Fields } from './realtime-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
const audience = new Audience()

beforeAll(async () => {
  platform = await startTestPlatform()
  const settings = ['sweep_interval_ms=50', 'occupancy_debounce_ms=150', 'gate_debounce_ms=50']
  node = await platform.node(...settings, 'limit_checkout_per_user_event=0')
  other = await platform.node(...settings)
})
afterEach(() => audience.end())
afterAll(() => platform.stop())

test('a sale: seats to all, tickets and checkout to staff; once, however often the provider calls', async () => {
  const tenant = await makeTenant(node.app)
  await node.app.pg.query("UPDATE seats SET status = 'blocked' WHERE id = $1", [tenant.seats[9]])
  const staff = await audience.follow(other, tenant, 'ticketing', 'staff')
  expect((await staff.join(topicOf(tenant))).status).toBe('ok')
  const paid = await awaiting(node, tenant, [0, 1])
  await Promise.all([pay(node.url, paid), pay(other.url, paid), pay(node.url, paid)])
  await until(() => staff.said('checkout_completed').length > 0)
  const sold = staff.said('seat_sold').toSorted((a, b) => String(a.seat).localeCompare(String(b.seat)))
  expect(sold.map((payload) => [payload.seat, payload.version])).toEqual([
    ['A1', 3],
    ['A2', 3],
  ])
  const tickets = staff.said('ticket_issued')
  expect(staff.said('seat_sold')[1]).toMatchObject({
    status: 'sold',
    price_cents: 10_000,
    total_sold_in_event: 2,
    percent_capacity_used: 20,
  })
  const pair = ({ seat_id, ticket_id }: Fields): string => `${String(seat_id)} ${String(ticket_id)}`
  expect(tickets.map(pair).toSorted()).toEqual(sold.map(pair).toSorted())
  const issued = await get(
    `${node.url}/api/tickets?checkout_id=${String(paid.checkout)}`,
    tenant.buyers[0]?.token,
  )
  for (const { ticket_code } of tickets) expect(issued.text).toContain(String(ticket_code))
  expect(staff.said('checkout_started')).toMatchObject([{ seat_count: 2, subtotal_cents: 20_000 }])
  expect(staff.said('checkout_completed')).toMatchObject([
    { checkout_id: paid.checkout, seat_count: 2, total_cents: paid.amount },
  ])
})

test('what comes to nothing says why: cancelled, payment failed, released by an administrator', async () => {
  const tenant = await makeTenant(node.app)
  const staff = await audience.follow(node, tenant, 'ticketing', 'admin')
  await staff.join(topicOf(tenant))
  const { json } = await checkout(node, tenant, [0])
  const cancel = `${node.url}/api/checkouts/${String(json.checkout_id)}/cancel`
  for (const _ of [1, 2]) await post(cancel, tenant.buyers[0]?.token)
  const failing = await awaiting(node, tenant, [1])
  await pay(node.url, { ...failing, type: 'payment_intent.payment_failed' })
  const won = await act(node, tenant, 2, 'reserve', 1)
  await post(`${node.url}/api/admin/seats/release`, tenant.buyers[2]?.token, { hold_ids: [won.json.hold_id] })
  await until(() => staff.said('seat_released').length === 3)
  expect(staff.said('seat_released').map(({ seat, reason }) => [seat, reason])).toEqual([
    ['A1', 'user_cancelled'],
    ['A2', 'payment_failed'],
    ['A3', 'admin_override'],
  ])
  expect(staff.said('checkout_abandoned').map(({ reason }) => reason)).toEqual([
    'user_cancelled',
    'payment_failed',
  ])
})

test('a checkout past its time is abandoned aloud', async () => {
  const tenant = await makeTenant(node.app)
  const staff = await audience.follow(node, tenant, 'ticketing', 'owner')
  const { json } = await checkout(node, tenant, [0])
  await node.app.pg.query('UPDATE checkouts SET expires_at = now() WHERE id = $1', [json.checkout_id])
  await node.app.pg.query(
    "SELECT graphile_worker.add_job('checkout_abandon', json_build_object('checkout_id', $1::text))",
    [json.checkout_id],
  )
  await until(() => staff.said('checkout_abandoned').length === 1)
  expect(staff.said('checkout_abandoned')).toMatchObject([
    { checkout_id: json.checkout_id, reason: 'ttl_expired' },
  ])
})

test('scans: admitted and denied with the words of the contract, the gate with its guests, batches too', async () => {
  const event = await makeGuests(node.app, { tickets: 4, gates: 2 })
  await node.app.pg.query('UPDATE gates SET capacity = 8 WHERE event_id = $1', [event.event])
  await node.app.pg.query("UPDATE memberships SET role = 'scanner_only' WHERE organization_id = $1", [
    event.org,
  ])
  const scanner = audience.listen(other, event.buyers[0]?.token)
  expect((await scanner.join(topicOf(event, 'scanning'))).status).toBe('ok')
  const scan = (gate: number, code: string | undefined): Promise<Answer> => {
    const device = event.devices[gate]
    const scanned_at = new Date().toISOString()
    return post(`${node.url}/api/scans`, device?.token, {
      ticket_code: code,
      device_id: device?.id,
      scanned_at,
    })
  }
  await scan(0, event.codes[0])
  await scan(0, event.codes[0])
  await scan(1, 'NONE-NONE-NONE')
  const sync = {
    batch_id: 'b1',
    device_id: event.devices[0]?.id,
    batch_created_at: new Date().toISOString(),
    batch_size: 2,
    scans: [0, 1].map((place) => ({
      offline_id: String(place),
      ticket_code: event.codes[place],
      scanned_at: new Date().toISOString(),
    })),
  }
  for (const _ of [1, 2]) await post(`${node.url}/api/scans/sync`, event.devices[0]?.token, sync)
  await until(() => scanner.said('gate_occupancy_updated').at(-1)?.current_occupancy === 2)
  const gate = event.devices[0]?.gate
  expect(scanner.said('ticket_admitted')).toMatchObject([
    { ticket_code: event.codes[0], gate_id: gate, gate_occupancy: 1, device_id: event.devices[0]?.id },
    { ticket_code: event.codes[1], gate_id: gate },
  ])
  expect(scanner.said('ticket_denied').map(({ reason }) => reason)).toEqual(['already_used', 'not_found'])
  expect(scanner.said('gate_occupancy_updated').at(-1)).toMatchObject({
    gate_id: gate,
    gate_capacity: 8,
    percent_full: 25,
  })
})

test('joins: the roles of the contract, own events only, and topics as they are written', async () => {
  const [tenant, foreign] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const listener = audience.listen(node, tenant.buyers[0]?.token)
  const ask = async (topic: string): Promise<unknown> => {
    const { status, response } = await listener.join(topic)
    return status === 'ok' ? 'ok' : response.reason
  }
  const mixed = `org:${tenant.org}:event:${foreign.event}:seating`
  const topics = [topicOf(foreign), mixed, `org:${tenant.org}:event:${randomUUID()}:seating`]
  for (const topic of topics) expect([topic, await ask(topic)]).toEqual([topic, 'unauthorized'])
  for (const topic of [
    `${topicOf(tenant)}:x`,
    topicOf(tenant, 'catering'),
    `org:${tenant.org}`,
    'org:x:event:y:seating',
  ])
    expect([topic, await ask(topic)]).toEqual([topic, 'bad_topic_format'])
  const before = Date.now()
  const { response } = await listener.join(topicOf(tenant))
  expect(response.event_id).toBe(tenant.event)
  expect(response.as_of).toMatch(/\.\d{6}Z$/)
  expect(Date.parse(String(response.as_of))).toBeGreaterThanOrEqual(before)
  const allowed: Record<string, string[]> = {
    viewer: ['seating'],
    scanner_only: ['seating', 'scanning'],
    staff: ['seating', 'ticketing', 'scanning'],
    admin: ['seating', 'ticketing', 'scanning'],
    owner: ['seating', 'ticketing', 'scanning'],
  }
  for (const [role, domains] of Object.entries(allowed)) {
    const { org, event, buyers } = await makeTenant(node.app)
    await node.app.pg.query('UPDATE memberships SET role = $2 WHERE organization_id = $1', [org, role])
    const one = audience.listen(node, buyers[0]?.token)
    const may: string[] = []
    for (const domain of ['seating', 'ticketing', 'scanning'])
      if ((await one.join(`org:${org}:event:${event}:${domain}`)).status === 'ok') may.push(domain)
    expect([role, may]).toEqual([role, domains])
  }
})

test('a node without a listener does no work, and metrics count what was told', async () => {
  const tenant = await makeTenant(node.app)
  await until(async () => (await metric(node, 'voelgoedevents_pubsub_subscribers')) === 0)
  const listener = await audience.follow(node, tenant, 'seating', 'viewer')
  const names = ['voelgoedevents_pubsub_received_total', 'voelgoedevents_pubsub_deliveries_total']
  const counts = (at: TestNode): Promise<number[]> => Promise.all(names.map((name) => metric(at, name)))
  const [before, idle] = [await counts(node), await counts(other)]
  await act(other, tenant, 0, 'reserve', 0)
  await until(() => listener.said('seat_held').length === 1)
  expect((await counts(node))[1]).toBeGreaterThan(before[1] ?? Infinity)
  expect(await counts(other)).toEqual(idle)
  expect(await metric(node, 'voelgoedevents_pubsub_subscribers')).toBe(1)
  expect(await metric(node, 'voelgoedevents_sockets{endpoint="/socket"}')).toBe(1)
  expect(await metric(node, 'voelgoedevents_channels{domain="seating"}')).toBe(1)
  expect(await metric(node, 'voelgoedevents_pubsub_latency_seconds_count{domain="seating"}')).toBeGreaterThan(
    0,
  )
  expect(await metric(node, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
  listener.end()
  await until(async () => (await metric(node, 'voelgoedevents_pubsub_subscribers')) === 0)
  await act(node, tenant, 1, 'reserve')
  await pause(30)
  const [, delivered] = await counts(node)
  await act(node, tenant, 2, 'reserve')
  expect((await counts(node))[1]).toBe(delivered)
})

test('while Redis is away events are lost and counted, and heard again when it is back', async () => {
  const lonely = await platform.node()
  const tenant = await makeTenant(node.app)
  const listener = await audience.follow(lonely, tenant, 'seating', 'viewer')
  lonely.app.redis.disconnect()
  expect((await act(lonely, tenant, 0, 'reserve', 0)).status).toBe(201)
  const { text } = await get(`${lonely.url}/metrics`)
  expect(text).toMatch(/^voelgoedevents_pubsub_lost_total 1$/m)
  expect((await get(`${lonely.url}/health`)).json.checks).toMatchObject({ pubsub: 'down' })
  await lonely.app.redis.connect()
  await until(async () => (await get(`${lonely.url}/health`)).status === 200)
  expect((await act(lonely, tenant, 1, 'reserve', 1)).status).toBe(201)
  await until(() => listener.said('seat_held').length === 1)
  expect(listener.said('seat_held')).toMatchObject([{ seat: 'A2' }])
  // The connection on which the node listens is cut: it asks again for what it heard.
  const channel = keys.events(tenant.org, tenant.event)
  const listening = async (): Promise<boolean> => (await node.app.redis.pubsub('NUMSUB', channel))[1] === 1
  await node.app.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await until(listening)
  await act(lonely, tenant, 2, 'reserve', 1)
  await until(() => listener.said('seat_held').length === 2)
})
