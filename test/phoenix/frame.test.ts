import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encodeBinary, encodeText, payloadOf, type Frame } from '../../src/phoenix/frame.js'
import { readReply } from '../../src/phoenix/reply.js'
import { frameOf } from './fakes.js'

const bytes = (...parts: (number | string)[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])),
  )

const slots = ({ joinRef, ref, topic, event }: Frame) => [joinRef, ref, topic, event]
const broken = (data: string | Uint8Array, binary = typeof data !== 'string'): string | undefined => {
  const frame = decode(data, binary)
  return 'broken' in frame ? frame.broken : undefined
}

test.each([
  ['["4","4","lv:x","phx_join",{"a":1}]', ['4', '4', 'lv:x', 'phx_join'], '{"a":1}'],
  ['[null,"13","phoenix","heartbeat",{}]', [null, '13', 'phoenix', 'heartbeat'], '{}'],
  ['["4",null,"lv:x","diff",{"0":"]"}]', ['4', null, 'lv:x', 'diff'], '{"0":"]"}'],
  ['[null,null,"room:1","ev",{}]', [null, null, 'room:1', 'ev'], '{}'],
  [
    '["4","4","lv:x","phx_error",{"reason":"channel_crash"}]',
    ['4', '4', 'lv:x', 'phx_error'],
    '{"reason":"channel_crash"}',
  ],
])('the frame %s of the notes', (text, head, payload) => {
  const frame = frameOf(text)
  expect(slots(frame)).toEqual(head)
  expect(frame.text).toBe(payload)
  expect(frame.size).toBe(text.length)
  expect(frame.bytes).toBeUndefined()
})

test('escapes, unicode, brackets in names and white space between tokens', () => {
  const text = ' [ "1" ,\n"2",\t"a\\"b]\\u00e9\\ud83c\\udfab", "é,🎫[" , {"k":"\\"]}"} ]\r\n'
  const frame = frameOf(text)
  expect(slots(frame)).toEqual(['1', '2', 'a"b]é🎫', 'é,🎫['])
  expect(payloadOf(frame)).toEqual({ k: '"]}' })
})

test('a text frame that came as bytes is the same, but its size is in bytes', () => {
  const text = '["1","2","zaal:é","ev",{"name":"🎫"}]'
  const data = new TextEncoder().encode(text)
  expect(decode(data, false)).toEqual({ ...frameOf(text), size: data.length })
})

test('a payload that is JSON already goes out as it is', () => {
  expect(encodeText('1', '2', 't', 'e', '{"a": 1}')).toBe('["1","2","t","e",{"a": 1}]')
  expect(encodeText(null, '2', 't"', 'e', { a: 1, b: undefined })).toBe('[null,"2","t\\"","e",{"a":1}]')
})

test.each([
  ['', 'not JSON'],
  ['hello', 'not JSON'],
  ['<html>', 'not JSON'],
  ['[', 'not JSON'],
  ['["1","2","t","e",{"a":1}', 'not JSON'],
  ['["1","2","t","e",{"a":1]', 'not JSON'],
  ['["1","2","t","e",]', 'not JSON'],
  ['["1","2","t\\q","e",{}]', 'not JSON'],
  ['["1","2","t\n","e",{}]', 'not JSON'],
  ['["1","2","t","e",{}]]', 'not JSON'],
  ['["1","2","t","e",{}] x', 'not JSON'],
  ['nul', 'not JSON'],
  ['null', 'not an array of five'],
  ['{"topic":"t"}', 'not an array of five'],
  ['[]', 'not an array of five'],
  ['["1","2","t","e"]', 'not an array of five'],
  ['["1","2","t","e",{},1]', 'not an array of five'],
  ['[1,"2","t","e",{}]', 'a ref, topic or event of the wrong type'],
  ['["1",{},"t","e",{}]', 'a ref, topic or event of the wrong type'],
  ['["1","2",null,"e",{}]', 'a ref, topic or event of the wrong type'],
  ['["1","2","t",null,{}]', 'a ref, topic or event of the wrong type'],
])('garbage: %j is %s', (text, wrong) => {
  expect(broken(text)).toBe(wrong)
})

test('a payload that is no object is a frame without one', () => {
  for (const payload of ['null', '5', '"}"', '[{}]', '{"a":}', '{},{}']) {
    expect(payloadOf(frameOf(`["1","2","t","e",${payload}]`))).toBeUndefined()
  }
})

test('an unfinished string of twenty million characters is refused and throws nothing', () => {
  expect(broken(`["1","2","${'a'.repeat(20_000_000)}`)).toBe('not JSON')
})

test('binary: push down has no ref, reply a status, broadcast neither join_ref', () => {
  const push = frameOf(bytes(0, 1, 3, 2, '4', 'r:1', 'ev', 7, 8))
  expect(slots(push)).toEqual(['4', null, 'r:1', 'ev'])
  expect(push).toMatchObject({ size: 12, text: '', bytes: bytes(7, 8) })
  const reply = frameOf(bytes(1, 1, 2, 3, 2, '4', '13', 'r:1', 'ok', 9))
  expect(slots(reply)).toEqual(['4', '13', 'r:1', 'phx_reply'])
  expect(readReply(reply, 5)).toMatchObject({
    status: 'ok',
    bytes: bytes(9),
    response: {},
    at: 5,
    reason: '',
  })
  expect(slots(frameOf(bytes(2, 3, 2, 'r:1', 'ev')))).toEqual([null, null, 'r:1', 'ev'])
  expect(slots(frameOf(bytes(0, 0, 3, 2, 'r:1', 'ev')))).toEqual([null, null, 'r:1', 'ev'])
})

test('a binary reply with another status is an error of that name', () => {
  expect(readReply(frameOf(bytes(1, 0, 1, 1, 4, '1', 't', 'nope')), 0)).toMatchObject({
    status: 'error',
    reason: 'nope',
  })
})

test('a binary frame of the notes: push to the server, lengths in bytes', () => {
  expect(encodeBinary('4', '13', 'r:é', 'ev', bytes(1, 2))).toEqual(
    bytes(0, 1, 2, 4, 2, '4', '13', 'r:é', 'ev', 1, 2),
  )
  expect(encodeBinary(null, null, 't', 'e', bytes())).toEqual(bytes(0, 0, 0, 1, 1, 'te'))
  expect(encodeBinary('1', '2', 't'.repeat(255), 'e', bytes())).toHaveLength(5 + 2 + 255 + 1)
  expect(() => encodeBinary('1', '2', 'é'.repeat(128), 'e', bytes())).toThrow(RangeError)
  expect(() => encodeBinary('1', '2', 'é'.repeat(128), 'e', bytes())).toThrow(/255 bytes.*has 256/)
})

test('binary garbage: every cut of a header, unknown kinds, names that are not UTF-8', () => {
  const whole = bytes(1, 1, 2, 3, 2, '4', '13', 'r:1', 'ok')
  for (let length = 1; length < whole.length; length += 1) {
    expect(broken(whole.subarray(0, length))).toBe('binary header cut')
  }
  expect(broken(bytes())).toBe('empty binary frame')
  expect(broken(bytes(7, 1, 1, 1, 1))).toBe('unknown binary kind 7')
  expect(broken(bytes(2, 1, 1, 0xff, 'e'))).toBe('not UTF-8')
  expect(broken(bytes(0xff, 0xfe), false)).toBe('not UTF-8')
})

test('the payload of a binary frame is a copy: the buffer may be used again', () => {
  const data = Buffer.from(bytes(2, 1, 1, 'te', 1, 2, 3))
  const frame = frameOf(data)
  data.fill(0)
  expect(frame.bytes).toEqual(bytes(1, 2, 3))
})

const ref = fc.option(fc.string({ unit: 'binary' }))
const name = fc.string({ unit: 'binary' })

test('any text frame comes back as it was', () => {
  fc.assert(
    fc.property(
      ref,
      ref,
      name,
      name,
      fc.dictionary(fc.string(), fc.jsonValue()),
      (joinRef, r, topic, event, value) => {
        const payload = JSON.stringify(value)
        const frame = frameOf(encodeText(joinRef, r, topic, event, payload))
        expect(slots(frame)).toEqual([joinRef, r, topic, event])
        expect(frame.text).toBe(payload)
        expect(payloadOf(frame)).toEqual(JSON.parse(payload))
      },
    ),
  )
})

test('any binary reply comes back as it was', () => {
  const short = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => new TextEncoder().encode(text).length < 256)
  fc.assert(
    fc.property(short, short, fc.uint8Array(), (topic, event, data) => {
      // What the server gets in its layout, read back in the client's own: without the ref.
      const up = encodeBinary('4', null, topic, event, data)
      const frame = frameOf(new Uint8Array([...up.subarray(0, 2), ...up.subarray(3)]))
      expect([frame.joinRef, frame.topic, frame.event]).toEqual(['4', topic, event])
      expect(frame.bytes).toEqual(new Uint8Array(data))
    }),
  )
})

test('anything at all is a frame or is broken, and text frames agree with JSON.parse', () => {
  const shaken = fc
    .tuple(fc.json(), fc.json(), fc.json(), fc.nat(60), fc.string({ maxLength: 2 }))
    .map(([a, b, payload, at, noise]) => {
      const text = `[${a},"2",${b},"e",${payload}]`
      return text.slice(0, at) + noise + text.slice(at)
    })
  fc.assert(
    fc.property(fc.oneof(shaken, fc.string(), fc.json()), (text) => {
      const frame = decode(text, false)
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        // Only a payload may be broken in a frame.
        if (!('broken' in frame)) expect(() => void JSON.parse(frame.text)).toThrow(SyntaxError)
        return
      }
      const isFrame =
        Array.isArray(value) &&
        value.length === 5 &&
        value.slice(0, 2).every((slot) => slot === null || typeof slot === 'string') &&
        value.slice(2, 4).every((slot) => typeof slot === 'string')
      if (isFrame) expect(frame).not.toHaveProperty('broken')
      if (!('broken' in frame) && isFrame) {
        expect([...slots(frame), JSON.parse(frame.text)]).toEqual(value)
      }
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array(), fc.boolean(), (data, binary) => void decode(data, binary)))
})
