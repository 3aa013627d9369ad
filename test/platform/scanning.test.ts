import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keys } from '../../platform/redis/keys.js'
import { get, post, type Answer } from './client.js'
import { makeGuests, type Guests } from './guests.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'

let platform: TestPlatform
let node: TestNode

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node('limit_sync_per_device=0')
})
afterAll(() => platform.stop())

const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await node.app.pg.pool.query<Record<string, unknown>>(text, values)).rows

const scan = (event: Guests, gate: number, code: string | undefined, more: object = {}): Promise<Answer> => {
  const device = event.devices[gate]
  const scanned_at = new Date().toISOString()
  const body = { ticket_code: code, device_id: device?.id, scanned_at, offline_batch: false, ...more }
  return post(`${node.url}/api/scans`, device?.token, body)
}

const offline = (codes: readonly string[], secondsAgo: number, name = randomUUID()) =>
  codes.map((ticket_code, index) => ({
    offline_id: `${name}-${index}`,
    ticket_code,
    scanned_at: new Date(Date.now() - secondsAgo * 1000 + index).toISOString(),
  }))

const sync = (
  event: Guests,
  gate: number,
  batch: string,
  scans: readonly object[],
  more: object = {},
): Promise<Answer> => {
  const device = event.devices[gate]
  const size = { batch_created_at: new Date().toISOString(), batch_size: scans.length }
  const body = { batch_id: batch, device_id: device?.id, ...size, scans, ...more }
  return post(`${node.url}/api/scans/sync`, device?.token, body)
}

const admissions = async (code: string | undefined): Promise<number> =>
  (await sql("SELECT 1 FROM scans WHERE ticket_code = $1 AND status = 'admitted'", [code])).length

test('one code at ten gates at once is admitted once, and nine refusals are logged', async () => {
  const event = await makeGuests(node.app, { tickets: 1, gates: 10 })
  const [code] = event.codes
  const answers = await Promise.all(event.devices.map((_, gate) => scan(event, gate, code)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  const admitted = answers.filter(({ json }) => json['status'] === 'admitted')
  expect(admitted).toHaveLength(1)
  expect(answers.filter(({ json }) => json['reason'] === 'already_scanned')).toHaveLength(9)
  expect(admitted[0]?.json).toMatchObject({
    ticket_code: code,
    seat_info: { block_name: 'Main', row: 'A', seat_number: '1' },
    occupancy: { event_current: 1, event_capacity: 1 },
  })
  expect(await admissions(code)).toBe(1)
  const log = await sql(
    'SELECT status, count(*) AS n FROM scans WHERE ticket_code = $1 GROUP BY status ORDER BY status',
    [code],
  )
  expect(log).toEqual([
    { status: 'admitted', n: 1 },
    { status: 'denied', n: 9 },
  ])
  expect(await sql('SELECT status, scan_count FROM tickets WHERE ticket_code = $1', [code])).toEqual([
    { status: 'scanned', scan_count: 1 },
  ])
  const again = await scan(event, 3, code)
  expect(again.json).toMatchObject({
    status: 'denied',
    reason: 'already_scanned',
    last_gate_name: expect.stringMatching(/^Gate \d+$/),
  })
})

test('Postgres admits once even where Redis has forgotten or is not asked', async () => {
  const event = await makeGuests(node.app, { tickets: 1, gates: 5 })
  const [code] = event.codes
  const { redis } = node.app
  const gone = redis.evalsha.bind(redis)
  redis.evalsha = () => Promise.reject(new Error('away'))
  const answers = await Promise.all(event.devices.map((_, gate) => scan(event, gate, code))).finally(
    () => (redis.evalsha = gone),
  )
  expect(answers.filter(({ json }) => json['status'] === 'admitted')).toHaveLength(1)
  expect(await admissions(code)).toBe(1)
})

test('what is not to be let in is refused with the word of the contract', async () => {
  const event = await makeGuests(node.app, { tickets: 4, gates: 1 })
  const other = await makeGuests(node.app, { tickets: 1, gates: 1 })
  const [voided, refunded, used, fine] = event.codes
  for (const [code, status] of [
    [voided, 'voided'],
    [refunded, 'refunded'],
    [used, 'used'],
  ])
    await sql('UPDATE tickets SET status = $2 WHERE ticket_code = $1', [code, status])
  expect((await scan(event, 0, voided)).json['reason']).toBe('ticket_voided')
  expect((await scan(event, 0, refunded)).json['reason']).toBe('ticket_refunded')
  expect((await scan(event, 0, used)).json['reason']).toBe('ticket_already_used')
  expect((await scan(other, 0, fine)).status).toBe(404)
  expect((await scan(event, 0, 'nonsense')).status).toBe(422)
  expect(
    (await scan(event, 0, fine, { scanned_at: new Date(Date.now() - 400_000).toISOString() })).status,
  ).toBe(422)
  expect((await scan(event, 0, fine, { device_id: other.devices[0]?.id })).status).toBe(401)
  await sql('UPDATE gates SET capacity = 0 WHERE event_id = $1', [event.event])
  await node.app.redis.hset(keys.admissions(event.org, event.event), 'total', 0)
  expect((await scan(event, 0, fine)).json['reason']).toBe('gate_at_capacity')
  await sql(`UPDATE gates SET capacity = NULL WHERE event_id = $1`, [event.event])
  await sql(`UPDATE events SET status = 'published' WHERE id = $1`, [event.event])
  expect((await scan(event, 0, fine)).json['reason']).toBe('event_not_live')
  await sql(`UPDATE events SET status = 'live' WHERE id = $1`, [event.event])
  expect((await scan(event, 0, fine)).json['status']).toBe('admitted')
  await sql(`UPDATE scan_devices SET status = 'revoked' WHERE id = $1`, [event.devices[0]?.id])
  expect((await scan(event, 0, fine)).status).toBe(401)
})

test('a batch of 1,000 takes less than as many scans one by one, and twice at once or later it has one effect and one answer', async () => {
  const event = await makeGuests(node.app, { tickets: 1000, gates: 2 })
  const scans = offline(event.codes, 60)
  const others = await makeGuests(node.app, { tickets: 50, gates: 1 })
  const oneByOne = performance.now()
  for (const code of others.codes) await scan(others, 0, code)
  const each = (performance.now() - oneByOne) / 50
  const started = performance.now()
  const [first, second] = await Promise.all([
    sync(event, 0, 'batch-1', scans),
    sync(event, 0, 'batch-1', scans),
  ])
  const took = performance.now() - started
  expect(took).toBeLessThan(1_000 * each)
  expect(first.json).toMatchObject({
    status: 'completed',
    processed_count: 1000,
    summary: { total_scans: 1000, new_scans: 1000, duplicate_scans: 0 },
  })
  expect(Number(first.json['sync_duration_seconds'])).toBeGreaterThan(0)
  expect(Number(first.json['sync_duration_seconds'])).toBeLessThanOrEqual(took / 1_000)
  expect(second.text).toBe(first.text)
  expect((await sync(event, 0, 'batch-1', scans)).text).toBe(first.text)
  const [row] = await sql(
    `SELECT count(*) AS n, count(DISTINCT ticket_id) AS tickets FROM scans WHERE event_id = $1 AND status = 'admitted'`,
    [event.event],
  )
  expect(row).toEqual({ n: 1000, tickets: 1000 })
  expect((await scan(event, 1, event.codes[5])).json['reason']).toBe('already_scanned')
  const resent = await sync(event, 0, 'batch-2', scans.slice(0, 10))
  expect(resent.json).toMatchObject({ processed_count: 0, summary: { duplicate_scans: 10 } })
})

test('in and between offline batches the earliest scan wins; what a gate admitted online stays', async () => {
  const event = await makeGuests(node.app, { tickets: 3, gates: 3 })
  const [a = '', b = '', c = ''] = event.codes
  await scan(event, 2, c)
  const late = offline([a, b], 100)
  const early = offline([b], 200)
  const first = await sync(event, 0, 'late', [
    ...late,
    ...offline([a], 150),
    ...offline(['NONE-0000-0000', 'bad'], 100),
  ])
  expect(first.json).toMatchObject({
    summary: { total_scans: 5, new_scans: 2, duplicate_scans: 1, missing_tickets: 1, invalid_tickets: 1 },
  })
  expect(first.json['errors']).toContainEqual(
    expect.objectContaining({ offline_id: late[0]?.offline_id, reason: 'already_scanned' }),
  )
  const second = await sync(event, 1, 'early', [...early, ...offline([c], 500)])
  expect(second.json).toMatchObject({ processed_count: 1, error_count: 1 })
  const rows = await sql(
    `SELECT ticket_code AS code, s.gate_id AS gate, t.scan_count AS n FROM scans s JOIN tickets t USING (ticket_code)
     WHERE s.event_id = $1 AND s.status = 'admitted' AND t.last_gate_id = s.gate_id`,
    [event.event],
  )
  expect(rows).toHaveLength(3)
  expect(rows).toEqual(
    expect.arrayContaining(
      [
        [a, 0],
        [b, 1],
        [c, 2],
      ].map(([code, gate]) => ({ code, gate: event.devices[Number(gate)]?.gate, n: 1 })),
    ),
  )
})

test('a batch that cannot be written leaves nothing, and one of the wrong shape is refused', async () => {
  const event = await makeGuests(node.app, { tickets: 2, gates: 1 })
  const scans = offline(event.codes, 30)
  await sql(`ALTER TABLE scans ADD CONSTRAINT trap CHECK (ticket_code <> '${String(event.codes[1])}')`)
  expect((await sync(event, 0, 'trap', scans)).status).toBe(500)
  await sql('ALTER TABLE scans DROP CONSTRAINT trap')
  expect(await sql('SELECT 1 FROM scans WHERE event_id = $1', [event.event])).toEqual([])
  expect(await sql(`SELECT 1 FROM batch_syncs WHERE batch_id = 'trap'`)).toEqual([])
  expect((await sync(event, 0, 'trap', scans)).json['processed_count']).toBe(2)
  expect((await sync(event, 0, 'size', scans, { batch_size: 3 })).json['error']).toBe('batch_size_mismatch')
  expect(
    (
      await sync(event, 0, 'old', scans, {
        batch_created_at: new Date(Date.now() - 90_000_000).toISOString(),
      })
    ).json['error'],
  ).toBe('batch_too_old')
  expect((await sync(event, 0, 'empty', [])).status).toBe(400)
})

test('the manifest is signed, and only for the gate of its event', async () => {
  const event = await makeGuests(node.app, { tickets: 2, gates: 1 })
  const other = await makeGuests(node.app)
  const path = `${node.url}/api/scanning/events/${event.event}/manifest`
  const { status, text, json } = await get(path, event.devices[0]?.token)
  expect(status).toBe(200)
  expect(json['tickets']).toHaveLength(2)
  const unsigned = text.replace(/,"signature":"[0-9a-f]+"}$/, '}')
  expect(json['signature']).toBe(
    createHmac('sha256', node.app.settings.manifest_secret).update(unsigned).digest('hex'),
  )
  expect((await get(path, other.devices[0]?.token)).status).toBe(404)
  expect((await get(path)).status).toBe(401)
})
