import { afterAll, beforeAll, expect, test } from 'vitest'
import { keys } from '../../platform/redis/keys.js'
import { get, post } from './client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node('limit_login_per_email_ip=3')
})
afterAll(() => platform.stop())

const signIn = (email: string, password: string) =>
  post(`${node.url}/auth/user/password/sign_in`, undefined, { email, password })

test('demo users log in, and their token opens their own tenant', async () => {
  const answer = await signIn('buyer1@demo-a.example', 'voelgoed-demo')
  expect(answer.status).toBe(200)
  const [event] = await node.app.pg.query<{ id: string }>(
    'SELECT id FROM events WHERE organization_id = $1',
    [answer.json.organization_id],
  )
  const token = String(answer.json.session_token)
  expect(await get(`${node.url}/api/events/${event?.id}/availability`, token)).toMatchObject({
    status: 200,
    json: { available: 50 },
  })
  const [kept] = await node.app.pg.query<{ n: number }>(
    'SELECT count(*) AS n FROM sessions WHERE token_hash = $1',
    [token],
  )
  expect(kept?.n).toBe(0)
})

test('a wrong password is refused, and too many tries are told to wait', async () => {
  const tries = []
  for (let attempt = 0; attempt < 4; attempt += 1) tries.push(await signIn('buyer2@demo-a.example', 'guess'))
  expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 429])
  expect(tries[3]?.headers.get('retry-after')).toBe('600')
})

test('health names every part, and metrics count what was done', async () => {
  expect(await get(`${node.url}/health`)).toMatchObject({
    status: 200,
    json: { status: 'ok', checks: { postgres: 'ok', redis: 'ok', pubsub: 'ok', oban: 'ok' } },
  })
  const { text } = await get(`${node.url}/metrics`)
  expect(text).toMatch(/^voelgoedevents_requests_total\{route="health",status="200"\} [1-9]/m)
  expect(text).toMatch(/^voelgoedevents_sql_statements_total [1-9]/m)
  expect(text).toMatch(
    /^voelgoedevents_cache_lookups_total\{table="rbac_cache",layer="ets",result="(hit|miss)"\} [1-9]/m,
  )
})

test('a page shows a public event and hides a draft', async () => {
  const page = `${node.url}/t/demo-a/events/demo-evening`
  const shown = await get(page)
  expect(shown.status).toBe(200)
  expect(shown.text).toContain('<h1>Demo evening</h1>')
  expect((await get(`${node.url}/t/demo-b/events/other-evening`)).status).toBe(404)
  await node.app.pg.query("UPDATE events SET status = 'draft' WHERE slug = 'demo-evening'")
  expect((await get(page)).status).toBe(404)
})

test('an unknown path, a broken body and a missing token each get their own answer', async () => {
  const tenant = await makeTenant(node.app)
  const url = `${node.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/reserve`
  expect((await get(`${node.url}/nowhere`)).status).toBe(404)
  expect((await post(url, undefined)).status).toBe(401)
  const headers = { authorization: `Bearer ${tenant.buyers[0]?.token}` }
  expect((await fetch(url, { method: 'POST', headers, body: '{"source":' })).status).toBe(400)
})

test('a job abandons an unpaid checkout, and the tickets of a paid one are mailed once', async () => {
  const tenant = await makeTenant(node.app)
  const token = tenant.buyers[0]?.token
  await post(`${node.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/reserve`, token)
  const { json } = await post(`${node.url}/api/checkouts`, token, { held_seat_ids: tenant.seats.slice(0, 1) })
  await node.app.pg.query("UPDATE checkouts SET expires_at = now() - interval '1 s' WHERE id = $1", [
    json.checkout_id,
  ])
  await node.app.pg.query(
    "UPDATE graphile_worker._private_jobs SET run_at = now() WHERE payload ->> 'checkout_id' = $1",
    [json.checkout_id],
  )
  // The queue is told of new jobs only, so a second one makes it look.
  await node.app.pg.query(
    "SELECT graphile_worker.add_job('ticket_delivery', json_build_object('checkout_id', $1::text))",
    [json.checkout_id],
  )
  let status = 'started'
  for (const end = Date.now() + 10_000; status === 'started' && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const [row] = await node.app.pg.query<{ status: string }>('SELECT status FROM checkouts WHERE id = $1', [
      json.checkout_id,
    ])
    status = row?.status ?? 'gone'
  }
  expect(status).toBe('abandoned')
  // Not released early: the hold keeps its own end.
  const [seat] = await node.app.pg.query('SELECT status FROM seats WHERE id = $1', [tenant.seats[0]])
  expect(seat).toEqual({ status: 'held' })
})

test('without Redis, Postgres alone still lets one buyer win; when Redis is back it is told', async () => {
  const lonely = await platform.node()
  const tenant = await makeTenant(node.app, { buyers: 20 })
  const seat = tenant.seats[1] ?? ''
  const url = `${lonely.url}/api/events/${tenant.event}/seats/${seat}/reserve`
  lonely.app.redis.disconnect()
  const answers = await Promise.all(tenant.buyers.map(({ token }) => post(url, token)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  expect((await get(`${lonely.url}/health`)).status).toBe(503)
  await lonely.app.redis.connect()
  let lock: string | null = null
  for (const end = Date.now() + 10_000; lock === null && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    lock = await lonely.app.redis.get(keys.lock(tenant.org, seat))
  }
  expect(lock?.split(':')[0]).toBe(answers.find(({ status }) => status === 201)?.json.hold_id)
  const bits = await lonely.app.redis.getBuffer(keys.bitmap(tenant.org, tenant.event))
  expect(bits?.[0]).toBe(0b0100_0000)
})

test('when every connection to Postgres is cut, the node lives on and finds new ones', async () => {
  const fragile = await platform.node()
  const tenant = await makeTenant(node.app)
  const url = `${fragile.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/reserve`
  await node.app.pg.query(
    'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1',
    ['client backend'],
  )
  const answers: number[] = []
  for (let attempt = 0; attempt < 8; attempt += 1)
    answers.push((await post(url, tenant.buyers[0]?.token)).status)
  expect(answers.at(-1)).toBe(200)
})
