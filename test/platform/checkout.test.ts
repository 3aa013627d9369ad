import { afterAll, beforeAll, expect, test } from 'vitest'
import { keys } from '../../platform/redis/keys.js'
import { get, pay, post, type Answer, type Paid } from './client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node('sweep_interval_ms=50', 'provider_delay_ms=20')
})
afterAll(() => platform.stop())

/** Buyer 0 holds the first `seats` seats and starts a checkout of them. */
async function started(tenant: Tenant, seats = 2): Promise<Answer> {
  const token = tenant.buyers[0]?.token
  for (const seat of tenant.seats.slice(0, seats))
    expect((await post(`${node.url}/api/events/${tenant.event}/seats/${seat}/reserve`, token)).status).toBe(
      201,
    )
  const answer = await post(`${node.url}/api/checkouts`, token, {
    held_seat_ids: tenant.seats.slice(0, seats),
  })
  expect(answer.status).toBe(200)
  return answer
}

/** A checkout that waits for its provider, and the event that would pay it. */
async function awaiting(tenant: Tenant, token = 'tok_external_1'): Promise<Paid> {
  const { json } = await started(tenant)
  const accepted = await post(
    `${node.url}/api/checkouts/${String(json.checkout_id)}/complete`,
    tenant.buyers[0]?.token,
    { payment_token: token },
  )
  expect(accepted).toMatchObject({ status: 202, json: { status: 'awaiting_payment' } })
  return {
    id: `evt_${String(json.checkout_id)}`,
    checkout: json.checkout_id,
    org: tenant.org,
    reference: accepted.json.payment_reference,
    amount: json.total_cents,
  }
}

const counts = async (tenant: Tenant) => {
  const [row] = await node.app.pg.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM tickets WHERE organization_id = $1) AS tickets,
       (SELECT count(*) FROM transactions WHERE organization_id = $1) AS transactions,
       (SELECT count(*) FROM journal_entries WHERE organization_id = $1) AS entries,
       (SELECT count(*) FROM seats WHERE organization_id = $1 AND status = 'sold') AS sold,
       (SELECT count(*) FROM seat_holds WHERE organization_id = $1 AND status = 'converted') AS converted`,
    [tenant.org],
  )
  return row
}

const nothing = { tickets: 0, transactions: 0, entries: 0, sold: 0, converted: 0 }
const allOfTwo = { tickets: 2, transactions: 1, entries: 1, sold: 2, converted: 2 }

test('from a seat to tickets, with the mock provider calling: everything at once, the ledger in balance', async () => {
  const tenant = await makeTenant(node.app)
  const token = tenant.buyers[0]?.token
  const { json } = await started(tenant)
  // 20 000 c: 2.5 % fee, 1.5 % + 30 c, 15 % VAT.
  expect(json).toMatchObject({
    subtotal_cents: 20_000,
    platform_fee_cents: 500,
    payment_fee_cents: 330,
    tax_cents: 3_000,
  })
  expect(json).toMatchObject({ total_cents: 23_830, item_count: 2 })
  const complete = () =>
    post(`${node.url}/api/checkouts/${String(json.checkout_id)}/complete`, token, {
      payment_token: 'tok_visa',
    })
  expect((await complete()).status).toBe(202)
  expect((await complete()).status).toBe(409)
  let tickets: unknown[] = []
  for (const end = Date.now() + 10_000; tickets.length === 0 && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const answer = await get(`${node.url}/api/tickets?checkout_id=${String(json.checkout_id)}`, token)
    tickets = answer.json.tickets as unknown[]
  }
  expect(tickets).toHaveLength(2)
  expect(tickets[0]).toMatchObject({
    status: 'active',
    ticket_code: expect.stringMatching(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){2}$/),
  })
  expect(await counts(tenant)).toEqual(allOfTwo)
  const [ledger] = await node.app.pg.query(
    `SELECT sum(debit_cents)::int AS debit, sum(credit_cents)::int AS credit, count(*)::int AS lines,
       sum(debit_cents) FILTER (WHERE account_code = '1000-CASH')::int AS cash
     FROM journal_entry_line_items WHERE organization_id = $1`,
    [tenant.org],
  )
  expect(ledger).toEqual({ debit: 23_830, credit: 23_830, cash: 23_830, lines: 5 })
})

test('sold seats keep their bits and lose their locks', async () => {
  const tenant = await makeTenant(node.app)
  const paid = await awaiting(tenant)
  expect((await pay(node.url, paid)).status).toBe(200)
  const bits = await node.app.redis.getBuffer(keys.bitmap(tenant.org, tenant.event))
  expect(bits?.[0]).toBe(0b1100_0000)
  expect(await node.app.redis.exists(keys.lock(tenant.org, tenant.seats[0] ?? ''))).toBe(0)
  expect(await node.app.redis.zcard(keys.holds(tenant.org, tenant.event))).toBe(0)
  const again = await post(
    `${node.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/reserve`,
    tenant.buyers[1]?.token,
  )
  expect(again.status).toBe(409)
  expect(await node.app.redis.exists(keys.lock(tenant.org, tenant.seats[0] ?? ''))).toBe(0)
})

test('a webhook that comes ten times at once and again later counts once, and is answered with the same bytes', async () => {
  const tenant = await makeTenant(node.app)
  const other = await platform.node()
  const paid = await awaiting(tenant)
  const copies = await Promise.all(
    Array.from({ length: 10 }, (_, copy) => pay(copy % 2 ? node.url : other.url, paid)),
  )
  const later = [
    await pay(node.url, paid),
    await pay(other.url, paid),
    await pay(node.url, { ...paid, id: `${paid.id}_again` }),
  ]
  for (const answer of [...copies, ...later])
    expect(answer).toMatchObject({ status: 200, text: copies[0]?.text })
  expect(copies[0]?.json).toMatchObject({ status: 'ok', ticket_count: 2, checkout_id: paid.checkout })
  expect(await counts(tenant)).toEqual(allOfTwo)
})

test('a webhook that lies is refused for good and leaves nothing; the true one still counts', async () => {
  const tenant = await makeTenant(node.app)
  const paid = await awaiting(tenant)
  const now = Math.floor(Date.now() / 1000)
  const lies = [
    await pay(node.url, { ...paid, id: 'evt_forged' }, { secret: 'another' }),
    await pay(node.url, { ...paid, id: 'evt_stale' }, { at: now - 301 }),
    await pay(node.url, { ...paid, id: 'evt_amount', amount: Number(paid.amount) - 1 }),
    await pay(node.url, { ...paid, id: 'evt_tenant', org: (await makeTenant(node.app)).org }),
  ]
  expect(lies.map(({ status, json }) => [status, json.error])).toEqual([
    [400, 'invalid_signature'],
    [400, 'stale_timestamp'],
    [400, 'amount_mismatch'],
    [400, 'checkout_not_found'],
  ])
  expect(await counts(tenant)).toEqual(nothing)
  expect((await pay(node.url, paid)).status).toBe(200)
  expect(await counts(tenant)).toEqual(allOfTwo)
})

test('a payment whose ledger is missing an account is asked for again, and leaves nothing meanwhile', async () => {
  const tenant = await makeTenant(node.app)
  await node.app.pg.query(
    "UPDATE ledger_accounts SET account_code = 'none' WHERE organization_id = $1 AND account_code LIKE '2200%'",
    [tenant.org],
  )
  const paid = await awaiting(tenant)
  expect((await pay(node.url, paid)).status).toBe(500)
  expect(await counts(tenant)).toEqual(nothing)
  await node.app.pg.query(
    "UPDATE ledger_accounts SET account_code = '2200-TAX' WHERE organization_id = $1 AND account_code = 'none'",
    [tenant.org],
  )
  expect((await pay(node.url, paid)).status).toBe(200)
  expect(await counts(tenant)).toEqual(allOfTwo)
})

test('a payment that failed frees the seats at once', async () => {
  const tenant = await makeTenant(node.app)
  const paid = await awaiting(tenant)
  const failed = { ...paid, type: 'payment_intent.payment_failed' }
  const first = await pay(node.url, failed)
  expect(first.status).toBe(200)
  expect((await pay(node.url, failed)).text).toBe(first.text)
  expect(await counts(tenant)).toMatchObject({ tickets: 0, entries: 0, sold: 0, converted: 0 })
  const [{ free } = { free: 0 }] = await node.app.pg.query<{ free: number }>(
    "SELECT count(*) AS free FROM seats WHERE event_id = $1 AND status = 'available'",
    [tenant.event],
  )
  expect(free).toBe(10)
  expect((await pay(node.url, { ...paid, id: 'evt_too_late' })).status).toBe(400)
})

test('cancelling twice releases once and answers the same; a late payment is refused', async () => {
  const tenant = await makeTenant(node.app)
  const paid = await awaiting(tenant)
  const cancel = () =>
    post(`${node.url}/api/checkouts/${String(paid.checkout)}/cancel`, tenant.buyers[0]?.token, {
      reason: 'changed my mind',
    })
  const first = await cancel()
  expect(first).toMatchObject({ status: 200, json: { status: 'cancelled', released_count: 2 } })
  expect((await cancel()).text).toBe(first.text)
  const versions = await node.app.pg.query('SELECT DISTINCT version FROM seats WHERE id = ANY($1::uuid[])', [
    tenant.seats.slice(0, 2),
  ])
  expect(versions).toEqual([{ version: 3 }])
  expect(await pay(node.url, paid)).toMatchObject({ status: 400, json: { error: 'checkout_cancelled' } })
  expect(await counts(tenant)).toEqual(nothing)
})

test('a checkout makes its holds outlive it, in Postgres and in Redis alike', async () => {
  const tenant = await makeTenant(node.app, { holdTtlS: 2 })
  const { json } = await started(tenant, 1)
  const [hold] = await node.app.pg.query<{ held_until: Date }>(
    'SELECT held_until FROM seat_holds WHERE organization_id = $1',
    [tenant.org],
  )
  const expected = Date.parse(String(json.expires_at)) + 300_000
  expect(hold?.held_until.getTime()).toBe(expected)
  const [member = ''] = await node.app.redis.zrange(keys.holds(tenant.org, tenant.event), '0', '-1')
  const score = await node.app.redis.zscore(keys.holds(tenant.org, tenant.event), member)
  expect(Number(score)).toBe(Math.floor(expected / 1000))
  const left = await node.app.redis.ttl(keys.lock(tenant.org, tenant.seats[0] ?? ''))
  expect(left).toBeGreaterThan(1_255)
  await new Promise((resolve) => setTimeout(resolve, 2_300))
  const [seat] = await node.app.pg.query('SELECT status FROM seats WHERE id = $1', [tenant.seats[0]])
  expect(seat).toEqual({ status: 'held' })
})

test('nobody starts a checkout of what they do not hold, or twice within five seconds', async () => {
  const tenant = await makeTenant(node.app)
  const foreign = await makeTenant(node.app)
  const { json } = await started(tenant, 1)
  const start = (token: string | undefined, seats: readonly unknown[]) =>
    post(`${node.url}/api/checkouts`, token, { held_seat_ids: seats })
  const seats = tenant.seats.slice(0, 1)
  expect((await start(tenant.buyers[1]?.token, seats)).json.error).toBe('no_active_holds')
  expect((await start(tenant.buyers[0]?.token, tenant.seats.slice(0, 2))).json.error).toBe('hold_not_found')
  expect((await start(tenant.buyers[0]?.token, ['no-id'])).json.error).toBe('invalid_request')
  expect((await start(tenant.buyers[0]?.token, seats)).status).toBe(429)
  for (const token of [tenant.buyers[1]?.token, foreign.buyers[0]?.token]) {
    expect((await get(`${node.url}/api/tickets?checkout_id=${String(json.checkout_id)}`, token)).status).toBe(
      404,
    )
    expect((await post(`${node.url}/api/checkouts/${String(json.checkout_id)}/cancel`, token)).status).toBe(
      404,
    )
  }
})
