import { expect, test } from 'vitest'
import { readEnvelope, writeEnvelope } from '../../platform/realtime/envelope.js'
import {
  broadcastFrame,
  pushFrame,
  readBinary,
  readText,
  replyFrame,
} from '../../platform/realtime/frames.js'
import { isoMicros, microsOf, nowMicros } from '../../platform/realtime/instant.js'
import type { Content, DomainEvent, Frame } from '../../platform/realtime/kernel.js'

const hex = (data: Content): string => Buffer.from(data).toString('hex')
const textOf = ({ data }: Frame): unknown => JSON.parse(Buffer.from(data).toString())

test('text frames as phoenix-wire §2 writes them', () => {
  expect(textOf(pushFrame('4', null, 'lv:x', 'diff', '{"a":1}'))).toEqual([
    '4',
    null,
    'lv:x',
    'diff',
    { a: 1 },
  ])
  const reply = replyFrame(null, '13', 'phoenix', 'ok', '{}')
  expect(textOf(reply)).toEqual([null, '13', 'phoenix', 'phx_reply', { status: 'ok', response: {} }])
  const broadcast = broadcastFrame('room:"1"', 'ev', '{}')
  expect(textOf(broadcast)).toEqual([null, null, 'room:"1"', 'ev', {}])
  expect([broadcast.binary, typeof broadcast.data]).toEqual([false, 'object'])
})

test('binary frames byte for byte', () => {
  const data = Uint8Array.from([0xff, 0x00])
  expect(hex(pushFrame('1', '9', 'té', 'e', data).data)).toBe('000103013174c3a965ff00')
  expect(hex(replyFrame('1', '22', 't', 'ok', data).data)).toBe('0101020102313232746f6bff00')
  expect(hex(broadcastFrame('t', 'ev', data).data)).toBe('020102746576ff00')
  expect(() => broadcastFrame('t'.repeat(256), 'ev', data)).toThrow(RangeError)
})

test('what clients send is read in both forms, and nothing else is', () => {
  expect(readText('["1","2","t","e",{"a":1},6]')).toEqual({
    joinRef: '1',
    ref: '2',
    topic: 't',
    event: 'e',
    payload: { a: 1 },
  })
  expect(readText('[null,null,"t","e",{}]')).toMatchObject({ joinRef: null, ref: null })
  const upload = Buffer.concat([
    Buffer.from([0, 1, 2, 3, 1]),
    Buffer.from('122té'),
    Buffer.from('e'),
    Buffer.from([7]),
  ])
  expect(readBinary(upload)).toEqual({
    joinRef: '1',
    ref: '22',
    topic: 'té',
    event: 'e',
    payload: Buffer.from([7]),
  })
  expect(readBinary(Buffer.from([0, 0, 1, 1, 1, 50, 116, 101]))).toMatchObject({ joinRef: null, ref: '2' })
  for (const bytes of [[], [0], [0, 1, 1], [1, 0, 1, 1, 1, 50, 116, 101], [0, 1, 1, 1, 9, 65, 66, 67]])
    expect(readBinary(Buffer.from(bytes))).toBeUndefined()
})

const sold: DomainEvent = {
  organizationId: 'o',
  eventId: 'e',
  domain: 'seating',
  suffix: 'seating:seat:sold',
  event: 'seat_sold',
  payload: { seat_id: 's' },
  internal: { user_id: 'u' },
}

test('an envelope gives back its event, with totals where Redis counted', () => {
  const rest = writeEnvelope(sold, { seats: 8, blocked: 1 })
  expect(readEnvelope(`{"held":2,"taken":5,${rest}`)).toEqual({
    ...sold,
    payload: { seat_id: 's', total_sold_in_event: 2, percent_capacity_used: 25 },
  })
  for (const message of [`{"held":2,"taken":-1,${rest}`, `{${rest}`, `{${writeEnvelope(sold, undefined)}`])
    expect(readEnvelope(message)).toEqual(sold)
  for (const message of [
    '',
    '[]',
    '{}',
    `{${writeEnvelope({ ...sold, payload: {} }, undefined).replace('seating"', 'x"')}`,
  ])
    expect(readEnvelope(message)).toBeUndefined()
})

test('instants keep their microseconds', () => {
  expect(isoMicros(1_700_000_000_123_045)).toBe('2023-11-14T22:13:20.123045Z')
  expect(microsOf('2023-11-14T22:13:20.123045Z')).toBe(1_700_000_000_123_045)
  expect(microsOf('2023-11-14T22:13:20.123Z')).toBeNaN()
  const [first, second] = [nowMicros(), nowMicros()]
  expect(second).toBeGreaterThanOrEqual(first)
  expect(Math.abs(first / 1_000 - Date.now())).toBeLessThan(1_000)
})
