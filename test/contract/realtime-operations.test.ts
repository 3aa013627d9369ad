import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { seatHeld, seatReleased, seatSold, type SeatChange } from '../../platform/realtime/seat-events.js'
import { fill } from '../../src/binding/contract.js'
import type { ChannelOperation, ViewOperation } from '../../src/model/contract.js'
import type { JsonObject } from '../../src/model/scenario.js'

const topic = (name: string): ChannelOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'channel') throw new Error(`${name} is no topic`)
  return operation
}
const page = (name: string): ViewOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'view') throw new Error(`${name} is no page`)
  return operation
}

test('a topic names tenant, event and domain, and its socket carries the caller’s token', () => {
  const args = { org: 'o', event: 'e', as: 'token' }
  const filled = ['seatingTopic', 'ticketingTopic', 'scanningTopic'].map((name) =>
    fill(topic(name).topic, args),
  )
  expect(filled).toEqual(['org:o:event:e:seating', 'org:o:event:e:ticketing', 'org:o:event:e:scanning'])
  expect(topic('seatingTopic').socket).toBe('/socket')
  expect(topic('seatingTopic').params?.(args)).toEqual({ token: 'token' })
  expect(() => topic('seatingTopic').params?.({})).toThrow('wants a text')
})

const tells = (name: string, event: string, payload: JsonObject) => topic(name).tells?.(event, payload)
const timestamp = '2026-11-24T13:05:09.123456Z'
const committedAt = Date.UTC(2026, 10, 24, 13, 5, 9) + 123.456

test('a seat’s frame tells of its change, to the microsecond', () => {
  const payload = { seat_id: 's', version: 4, timestamp }
  for (const event of ['seat_held', 'seat_released', 'seat_sold'])
    expect(tells('seatingTopic', event, payload)).toEqual({ subject: 's', version: 4, committedAt })
  expect(tells('seatingTopic', 'occupancy_updated', { ...payload, total_held: 3 })).toBeUndefined()
})

test.each([
  ['2026-11-24T13:05:09Z', 0],
  ['2026-11-24T13:05:09.5Z', 500],
  ['2026-11-24T15:05:09.000001+02:00', 0.001],
  ['2026-11-24T13:05:09.999999Z', 999.999],
])('%s is %f ms after the second', (at, fraction) => {
  const told = tells('seatingTopic', 'seat_held', { seat_id: 's', version: 2, timestamp: at })
  expect(told?.committedAt).toBeCloseTo(Date.UTC(2026, 10, 24, 13, 5, 9) + fraction, 3)
})

test.each([
  ['no version', { seat_id: 's', timestamp }],
  ['no seat', { version: 2, timestamp }],
  ['no instant', { seat_id: 's', version: 2 }],
  ['an instant without a zone', { seat_id: 's', version: 2, timestamp: '2026-11-24T13:05:09.123456' }],
  ['an instant that is none', { seat_id: 's', version: 2, timestamp: 'soon.5Z' }],
])('a seat’s frame with %s tells of nothing', (_, payload) => {
  expect(tells('seatingTopic', 'seat_held', payload)).toBeUndefined()
})

test('tickets, checkouts and scans have no versions', () => {
  const told = (subject: string) => ({ subject, version: undefined, committedAt })
  const payload = { ticket_id: 't', checkout_id: 'c', ticket_code: 'VGEP-0000-0001', version: 3, timestamp }
  expect(tells('ticketingTopic', 'ticket_issued', payload)).toEqual(told('t'))
  expect(tells('ticketingTopic', 'checkout_completed', payload)).toEqual(told('c'))
  expect(tells('scanningTopic', 'ticket_admitted', payload)).toEqual(told('VGEP-0000-0001'))
  expect(tells('scanningTopic', 'ticket_denied', payload)).toEqual(told('VGEP-0000-0001'))
  expect(tells('scanningTopic', 'gate_occupancy_updated', payload)).toBeUndefined()
})

const inspect = (payload: JsonObject, size = 200) =>
  topic('seatingTopic').inspect?.('seat_held', payload, size)

test('a frame may have 1,024 bytes', () => {
  expect(inspect({}, 1_024)).toBeUndefined()
  expect(inspect({}, 1_025)).toBe('oversized')
})

test.each([
  { user_id: 'u' },
  { email: '' },
  { phone_number: '1' },
  { name: 'Ann' },
  { first_name: 'Ann' },
  { holder_id: 'u' },
  { note: 'write to ann@example.org' },
  { seat: { holder: 'u' } },
  { list: [{ buyer_name: 'Ann' }] },
])('%j is private', (payload) => {
  expect(inspect(payload)).toBe('private')
})

const change: SeatChange = {
  organizationId: crypto.randomUUID(),
  eventId: crypto.randomUUID(),
  seatId: crypto.randomUUID(),
  blockId: crypto.randomUUID(),
  row: 'AA',
  number: '50',
  version: 7,
  at: 1_795_698_309_123_456,
  holdId: crypto.randomUUID(),
  userId: crypto.randomUUID(),
}

test.each([
  seatHeld(change, Date.now()),
  seatReleased(change, 'user_cancelled'),
  seatSold(change, crypto.randomUUID(), 25_000),
])('the reference platform’s $event is understood, and is small and private', ({ event, payload }) => {
  expect(tells('seatingTopic', event, payload)).toEqual({
    subject: change.seatId,
    version: 7,
    committedAt: 1_795_698_309_123.456,
  })
  expect(inspect(payload, JSON.stringify(payload).length)).toBeUndefined()
})

test('what contract §7 sends is not private', () => {
  const payload = {
    event: 'seat_held',
    seat_id: 's',
    block_id: 'b',
    seat_number: '12',
    seat: 'A12',
    status: 'held',
    held_until: timestamp,
    total_held_in_event: 3,
    gate_name: 'North',
    reason: 'ttl_expired',
    version: 2,
    timestamp,
  }
  expect(inspect(payload)).toBeUndefined()
})

test('a page’s diff tells when its change was committed, wherever the marker stands', () => {
  const told = (diff: string) => page('eventPage').tells?.(diff)
  expect(told('{"1":"12","4":"1795698309123456","5":"7"}')).toBe(1_795_698_309_123.456)
  expect(told('{"0":{"2":"1795698309123457"},"3":{"k":{"1":{"1":"held"}},"kc":9}}')).toBe(
    1_795_698_309_123.457,
  )
  expect(told('{"1":"12","2":"17956983091234560"}')).toBeUndefined()
  expect(told('{}')).toBeUndefined()
})

test('a diff that everybody gets is small and names nobody', () => {
  const wrong = (diff: string, size = diff.length) => page('eventPage').inspect?.(diff, size)
  expect(wrong('{"3":{"k":{"11":{"1":"held"}},"kc":500}}')).toBeUndefined()
  expect(wrong('{"1":"<input placeholder=\\"@\\">"}')).toBeUndefined()
  expect(wrong('{}', 1_025)).toBe('oversized')
  expect(wrong('{"1":"ann@example.org"}')).toBe('email')
  expect(wrong('{"1":"holder-7"}')).toBe('holder')
  expect(wrong('{"1":"user_id"}')).toBe('holder')
})

test('pages are found by slug, and a buyer’s own page is not inspected', () => {
  const args = { slug: 't', event: 'e', gate: 'g' }
  const paths = ['eventPage', 'checkoutPage', 'dashboardPage', 'gatePage'].map((name) =>
    fill(page(name).path, args),
  )
  expect(paths).toEqual(['/t/t/events/e', '/t/t/checkout', '/t/t/dashboard', '/t/t/gate/g'])
  expect(page('dashboardPage').query?.(args)).toEqual({ event: 'e' })
  expect(page('dashboardPage').query?.({ slug: 't' })).toEqual({})
  expect(page('checkoutPage').inspect).toBeUndefined()
})
