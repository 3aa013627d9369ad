import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Control, startControl } from '../../platform/control.js'
import { describeFaults } from '../../platform/faults/index.js'
import { keys } from '../../platform/redis/keys.js'
import { get, pay, post, type Answer } from './client.js'
import { makeGuests } from './guests.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let port: Control

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node(
    'sweep_interval_ms=50',
    'limit_reserve_per_user=0',
    'limit_checkout_per_user_event=0',
  )
  port = await startControl(node.app, 0)
})
afterEach(() => control('DELETE', '/faults').then(() => undefined))
afterAll(async () => {
  await port.close()
  await platform.stop()
})

const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await node.app.pg.pool.query<Record<string, unknown>>(text, values)).rows

interface Said {
  readonly status: number
  readonly message?: string
  readonly faults?: readonly { readonly name: string; readonly planted: boolean; readonly value?: string }[]
}

async function control(method: string, path: string, value?: string): Promise<Said> {
  const body = value === undefined ? {} : { body: JSON.stringify({ value }) }
  const response = await fetch(`http://127.0.0.1:${port.port}${path}`, { method, ...body })
  return { ...((await response.json()) as Omit<Said, 'status'>), status: response.status }
}
const plant = async (name: string, value?: string): Promise<void> => {
  expect(await control('PUT', `/faults/${name}`, value)).toMatchObject({ status: 200 })
}
const clear = async (name: string): Promise<void> => {
  expect((await control('DELETE', `/faults/${name}`)).status).toBe(200)
}
const reserve = (event: Tenant, seat: number, token: string | undefined): Promise<Answer> =>
  post(`${node.url}/api/events/${event.event}/seats/${event.seats[seat]}/reserve`, token)
const stands = async (index: string): Promise<boolean> =>
  (await sql('SELECT 1 FROM pg_indexes WHERE indexname = $1', [index])).length === 1
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}
/** The middle of several timings: one hiccup of the machine must not decide. */
const typical = async (times: number, work: () => Promise<unknown>): Promise<number> => {
  const taken: number[] = []
  for (let round = 0; round < times; round += 1) taken.push(await timed(work))
  return taken.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? NaN
}
/** The same for works that start in a rhythm of their own, whatever the others wait for. */
const spread = async (times: number, everyMs: number, work: () => Promise<unknown>): Promise<number> => {
  const taken = Array.from({ length: times }, async (_, place) => {
    await new Promise((resolve) => setTimeout(resolve, place * everyMs))
    return timed(work)
  })
  return (await Promise.all(taken)).toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? NaN
}
const health = (): Promise<Answer> => get(`${node.url}/health`)

test('the control port lists every fault, and says what it accepts', async () => {
  await plant('delay', 'reserve:+30%:0.5')
  const { faults: listed = [] } = await control('GET', '/faults')
  expect(listed.map(({ name }) => name)).toEqual(describeFaults().map(({ name }) => name))
  expect(listed.filter(({ planted }) => planted)).toEqual([
    expect.objectContaining({ name: 'delay', value: 'reserve:+30%:0.5' }),
  ])
  for (const [path, value, word] of [
    ['nonsense', undefined, 'accepted: cpu-hog'],
    ['delay', 'resrve:5', 'one of'],
    ['delay', 'reserve:fast', 'ROUTE:MS'],
    ['error', 'reserve:2', 'ROUTE:SHARE'],
    ['tenant-leak', 'x', 'no value'],
    ['drop-unique-index', 'nothing', 'tickets_one_live_per_seat_key'],
  ] as const) {
    const refused = await control('PUT', `/faults/${path}`, value)
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining(word) as string })
  }
  // What was refused takes nothing away.
  const { faults: after = [] } = await control('GET', '/faults')
  expect(after).toContainEqual(expect.objectContaining({ name: 'delay', value: 'reserve:+30%:0.5' }))
})

test('delay: by milliseconds, by a share of the service time, on its route only', async () => {
  await plant('delay', 'health:400')
  expect(await typical(3, health)).toBeGreaterThan(399)
  expect(await typical(3, () => get(`${node.url}/metrics`))).toBeLessThan(399)
  await plant('delay', 'health:exp:150')
  expect(await typical(9, health)).toBeGreaterThan(8)
  await clear('delay')
  const plain = await typical(15, health)
  await plant('delay', 'health:+9900%')
  expect(await typical(15, health)).toBeGreaterThan(2 * plain)
})

test('error: a share of the answers of its route', async () => {
  await plant('error', 'health:1')
  expect((await health()).status).toBe(500)
  expect((await get(`${node.url}/metrics`)).status).toBe(200)
  await clear('error')
  expect((await health()).status).toBe(200)
})

test('slow-redis: everybody who uses that Redis waits', async () => {
  const waited = (): Promise<number> => spread(9, 101, () => node.app.redis.ping())
  await plant('slow-redis', '400')
  expect(await waited()).toBeGreaterThan(100)
  await clear('slow-redis')
  expect(await waited()).toBeLessThan(100)
})

test('reserve-race: a seat with several winners, as it stands', async () => {
  const event = await makeTenant(node.app, { seats: 2, buyers: 6 })
  const winners = async (seat: number): Promise<unknown[]> => {
    const answers = await Promise.all(event.buyers.map(({ token }) => reserve(event, seat, token)))
    const holds = await sql(`SELECT 1 FROM seat_holds WHERE seat_id = $1 AND status = 'active'`, [
      event.seats[seat],
    ])
    return [answers.filter(({ status }) => status === 201).length, holds.length]
  }
  await plant('reserve-race')
  const [won, held] = await winners(0)
  expect(won).toBeGreaterThan(1)
  expect(held).toBe(won)
  await clear('reserve-race')
  expect(await winners(1)).toEqual([1, 1])
  expect(await stands('seat_holds_one_active_key')).toBe(true)
})

test('double-admission: one ticket opens several gates', async () => {
  const event = await makeGuests(node.app, { tickets: 2, gates: 5 })
  const admitted = async (code: string | undefined): Promise<unknown[]> => {
    const answers = await Promise.all(
      event.devices.map(({ id, token }) =>
        post(`${node.url}/api/scans`, token, {
          ticket_code: code,
          device_id: id,
          scanned_at: new Date().toISOString(),
        }),
      ),
    )
    const scans = await sql(`SELECT 1 FROM scans WHERE ticket_code = $1 AND status = 'admitted'`, [code])
    return [answers.filter(({ json }) => json['status'] === 'admitted').length, scans.length]
  }
  await plant('double-admission')
  const [opened, written] = await admitted(event.codes[0])
  expect(opened).toBeGreaterThan(1)
  expect(written).toBe(opened)
  await clear('double-admission')
  expect(await admitted(event.codes[1])).toEqual([1, 1])
  expect(await stands('scans_one_admission_key')).toBe(true)
})

test('drop-unique-index: gone, and back again over rows that broke it', async () => {
  const index = 'tickets_one_live_per_seat_key'
  const event = await makeGuests(node.app, { tickets: 1 })
  await plant('drop-unique-index')
  expect(await stands(index)).toBe(false)
  const double = `INSERT INTO tickets (organization_id, event_id, seat_id, user_id, ticket_code) SELECT organization_id, event_id, seat_id, user_id, $2 FROM tickets WHERE ticket_code = $1`
  await sql(double, [event.codes[0], 'ZZZZ-ZZZZ-ZZZZ'])
  await clear('drop-unique-index')
  expect(await stands(index)).toBe(true)
  expect(await sql('SELECT ticket_code FROM tickets WHERE event_id = $1', [event.event])).toEqual([
    { ticket_code: event.codes[0] },
  ])
})

test("tenant-leak: another tenant's seat can be had", async () => {
  const [event, other] = [await makeTenant(node.app), await makeTenant(node.app)]
  await plant('tenant-leak')
  expect((await reserve(event, 0, other.buyers[0]?.token)).status).toBe(201)
  await clear('tenant-leak')
  expect((await reserve(event, 1, other.buyers[0]?.token)).status).toBe(404)
})

test('stale-bitmap: a seat that is held looks free', async () => {
  const event = await makeTenant(node.app, { seats: 4, buyers: 1 })
  const token = event.buyers[0]?.token
  const key = keys.bitmap(event.org, event.event)
  await reserve(event, 0, token)
  await plant('stale-bitmap', '1')
  await reserve(event, 1, token)
  await clear('stale-bitmap')
  await reserve(event, 2, token)
  const bits = await Promise.all([0, 1, 2, 3].map((seat) => node.app.redis.getbit(key, seat)))
  expect(bits).toEqual([1, 0, 1, 0])
})

test('hold-expiry-off: a hold outlives its time', async () => {
  const event = await makeTenant(node.app, { seats: 1, buyers: 1, holdTtlS: 1 })
  const status = async (): Promise<unknown> =>
    (await sql('SELECT status FROM seats WHERE id = $1', [event.seats[0]]))[0]?.status
  await plant('hold-expiry-off')
  await reserve(event, 0, event.buyers[0]?.token)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(await status()).toBe('held')
  await clear('hold-expiry-off')
  await expect.poll(status, { timeout: 10_000 }).toBe('available')
})

test('webhook-twice: the second delivery is booked again', async () => {
  const event = await makeTenant(node.app, { seats: 2, buyers: 1 })
  const token = event.buyers[0]?.token ?? ''
  const booked = async (seat: number): Promise<unknown> => {
    await reserve(event, seat, token)
    const { json } = await post(`${node.url}/api/checkouts`, token, { held_seat_ids: [event.seats[seat]] })
    const { checkout_id: checkout, total_cents: amount } = json
    const complete = `${node.url}/api/checkouts/${String(checkout)}/complete`
    const waiting = await post(complete, token, { payment_token: 'tok_external' })
    const reference = waiting.json.payment_reference
    const paid = { id: `evt_${randomUUID()}`, checkout, org: event.org, reference, amount }
    for (const nth of [1, 2]) expect([nth, (await pay(node.url, paid)).status]).toEqual([nth, 200])
    const [row] = await sql(
      `SELECT (SELECT count(*) FROM transactions WHERE checkout_id = $1) AS transactions,
         (SELECT count(*) FROM journal_entries WHERE reference_id = $1) AS entries,
         (SELECT count(*) FROM tickets WHERE checkout_id = $1) AS tickets`,
      [checkout],
    )
    return row
  }
  await plant('webhook-twice')
  expect(await booked(0)).toEqual({ transactions: 2, entries: 2, tickets: 2 })
  await clear('webhook-twice')
  expect(await booked(1)).toEqual({ transactions: 1, entries: 1, tickets: 1 })
})

test('cpu-hog: a share of a core is gone, and comes back', async () => {
  const busy = async (): Promise<number> => {
    const before = performance.eventLoopUtilization()
    await new Promise((resolve) => setTimeout(resolve, 500))
    return performance.eventLoopUtilization(before).utilization
  }
  await plant('cpu-hog', '0.6')
  expect(await busy()).toBeGreaterThan(0.45)
  await clear('cpu-hog')
  expect(await busy()).toBeLessThan(0.3)
})

test('lock-contention: who changes a seat waits for the lock', async () => {
  const event = await makeTenant(node.app, { seats: 20, buyers: 1 })
  let seat = 0
  const one = async (): Promise<void> => {
    expect((await reserve(event, seat++, event.buyers[0]?.token)).status).toBe(201)
  }
  await plant('lock-contention', '800:5')
  expect(await spread(9, 101, one)).toBeGreaterThan(150)
  await clear('lock-contention')
  expect(await spread(9, 101, one)).toBeLessThan(150)
})
