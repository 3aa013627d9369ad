import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameError, FrameParser, type FrameSink } from '../../src/engine/native/ws/frame-parser.js'
import { closePayload, encodeFrame, opcode } from '../../src/engine/native/ws/frames.js'
import { clientFrames, closeFrame, serverFrame } from './ws-harness.js'

class Heard implements FrameSink {
  readonly said: unknown[] = []
  received(data: Buffer, binary: boolean, wire: number): void {
    this.said.push([binary ? 'binary' : 'text', data.toString('latin1'), wire])
  }
  pinged(payload: Buffer): void {
    this.said.push(['ping', payload.toString('latin1')])
  }
  peerClosed(code: number, reason: string): void {
    this.said.push(['close', code, reason])
  }
}

/** Feeds through one buffer that is written over each time, as the connection does. */
const feed = (
  bytes: Buffer,
  cuts: readonly number[],
  { max = 1_000_000, heard = new Heard() } = {},
): Heard => {
  const parser = new FrameParser(max)
  const buffer = Buffer.alloc(bytes.length + 3)
  const at = [0, ...[...cuts].toSorted((a, b) => a - b), bytes.length]
  for (let index = 1; index < at.length; index += 1) {
    const piece = bytes.subarray(at[index - 1], at[index])
    buffer.fill(0xee)
    piece.copy(buffer, 3)
    parser.feed(buffer, 3, 3 + piece.length, heard)
  }
  expect(parser.midway).toBe(heard.said.some((one) => Array.isArray(one) && one[0] === 'close'))
  return heard
}

const message = fc.record({
  binary: fc.boolean(),
  bytes: fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 65_500, max: 65_600 }).map((size) => new Uint8Array(size)) },
  ),
  cuts: fc.array(fc.nat(300), { maxLength: 4 }),
  pings: fc.array(fc.option(fc.uint8Array({ maxLength: 125 })), { maxLength: 5 }),
})

type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never

// Text of any bytes below 128 is UTF-8 wherever it is cut.
const contentOf = ({ binary, bytes }: Message): Uint8Array =>
  binary ? bytes : bytes.map((byte) => byte & 0x7f)

const written = (one: Message): { bytes: Buffer; said: unknown[] } => {
  const content = contentOf(one)
  const at = [0, ...one.cuts.filter((cut) => cut <= content.length).toSorted((a, b) => a - b), content.length]
  const said: unknown[] = []
  const pieces: Buffer[] = []
  let wire = 0
  for (let index = 1; index < at.length; index += 1) {
    const final = index === at.length - 1 ? 0x80 : 0
    const kind = index > 1 ? 0 : one.binary ? 2 : 1
    const piece = serverFrame(final | kind, content.subarray(at[index - 1], at[index]))
    wire += piece.length
    pieces.push(piece)
    const ping = one.pings[index - 1]
    if (final !== 0 || ping === undefined || ping === null) continue
    pieces.push(serverFrame(0x89, ping), serverFrame(0x8a, ping))
    said.push(['ping', Buffer.from(ping).toString('latin1')])
  }
  said.push([one.binary ? 'binary' : 'text', Buffer.from(content).toString('latin1'), wire])
  return { bytes: Buffer.concat(pieces), said }
}

test('messages come out as they went in, however they are fragmented and cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
      (messages, parts) => {
        const all = messages.map(written)
        const bytes = Buffer.concat([...all.map((one) => one.bytes), closeFrame(1012, 'gone')])
        const cuts = parts.map((part) => Math.floor(part * bytes.length))
        expect(feed(bytes, cuts).said).toEqual([...all.flatMap(({ said }) => said), ['close', 1012, 'gone']])
      },
    ),
    { numRuns: 200 },
  )
})

test('a conversation reads the same when it is cut at any byte, and at every byte', () => {
  const bytes = Buffer.concat([
    serverFrame(0x81, 'hé'),
    serverFrame(0x01, Buffer.from('é').subarray(0, 1)),
    serverFrame(0x89, 'p'),
    serverFrame(0x00, ''),
    serverFrame(0x80, Buffer.from('é').subarray(1)),
    serverFrame(0x82, Buffer.alloc(130, 7)),
    serverFrame(0x81, ''),
    closeFrame(4001, 'ü'),
  ])
  const expected = feed(bytes, []).said
  expect(expected).toHaveLength(6)
  for (let cut = 0; cut <= bytes.length; cut += 1) expect(feed(bytes, [cut]).said, `${cut}`).toEqual(expected)
  expect(feed(bytes, [...bytes.keys()]).said).toEqual(expected)
})

const broken: readonly (readonly [name: string, bytes: Buffer, code: number, reason: string])[] = [
  ['compressed', serverFrame(0xc1, 'x'), 1002, 'reserved_bits'],
  ['third reserved bit', serverFrame(0x91, 'x'), 1002, 'reserved_bits'],
  ['opcode 3', serverFrame(0x83, 'x'), 1002, 'unknown_opcode'],
  ['opcode 11', serverFrame(0x8b, 'x'), 1002, 'unknown_opcode'],
  ['masked', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5]), 1002, 'masked_frame'],
  ['ping in fragments', serverFrame(0x09, 'x'), 1002, 'fragmented_control_frame'],
  ['ping of 126 bytes', serverFrame(0x89, 'x'.repeat(126)), 1002, 'long_control_frame'],
  ['continuation of nothing', serverFrame(0x80, 'x'), 1002, 'stray_continuation'],
  [
    'a new message in another',
    Buffer.concat([serverFrame(0x01), serverFrame(0x81)]),
    1002,
    'interrupted_message',
  ],
  ['5 in two bytes', Buffer.from([0x82, 126, 0, 5, 1, 2, 3, 4, 5]), 1002, 'bad_length'],
  ['5 in eight bytes', Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 5]), 1002, 'bad_length'],
  ['65,535 in eight bytes', Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255]), 1002, 'bad_length'],
  ['a negative length', Buffer.from([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1002, 'bad_length'],
  [
    'the longest length',
    Buffer.from([0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]),
    1009,
    'message_too_big',
  ],
  ['one byte too many', serverFrame(0x82, Buffer.alloc(1_001)), 1009, 'message_too_big'],
  [
    'fragments that add up',
    Buffer.concat([serverFrame(0x02, Buffer.alloc(600)), serverFrame(0x80, Buffer.alloc(401))]),
    1009,
    'message_too_big',
  ],
  ['half a close code', serverFrame(0x88, 'x'), 1002, 'bad_close_frame'],
  ['close 1005', closeFrame(1005), 1002, 'bad_close_frame'],
  ['close 1015', closeFrame(1015), 1002, 'bad_close_frame'],
  ['close 999', closeFrame(999), 1002, 'bad_close_frame'],
  ['close 5000', closeFrame(5000), 1002, 'bad_close_frame'],
  ['a reason that is no text', serverFrame(0x88, Buffer.from([3, 232, 0xff])), 1007, 'invalid_utf8'],
  ['text that is none', serverFrame(0x81, Buffer.from([0xc0, 0x80])), 1007, 'invalid_utf8'],
  ['half a sign', serverFrame(0x81, Buffer.from([0xe2, 0x82])), 1007, 'invalid_utf8'],
]

for (const [name, bytes, code, reason] of broken) {
  test(`what came before a broken frame is heard, then it is told: ${name}`, () => {
    const all = Buffer.concat([serverFrame(0x81, 'before'), bytes])
    for (const cuts of [[], [...all.keys()], [9], [10]]) {
      const heard = new Heard()
      const caught = (() => {
        try {
          feed(all, cuts, { max: 1_000, heard })
          return undefined
        } catch (error) {
          return error
        }
      })()
      expect(caught).toBeInstanceOf(FrameError)
      expect(caught).toMatchObject({ code, reason })
      expect(heard.said).toEqual([['text', 'before', 8]])
    }
  })
}

test('nothing is read behind a close frame, and one without a code is 1005', () => {
  const bytes = Buffer.concat([serverFrame(0x88), serverFrame(0x81, 'late'), Buffer.from([0xff, 0xff])])
  expect(feed(bytes, []).said).toEqual([['close', 1005, '']])
})

test('memory grows with what was sent, not with what was announced', () => {
  const parser = new FrameParser(64_000_000)
  const heard = new Heard()
  const head = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0x60, 0, 0])
  const announced = 0x60_00_00
  const before = process.memoryUsage().arrayBuffers
  const parsers = Array.from({ length: 8 }, () => new FrameParser(64_000_000))
  for (const one of [parser, ...parsers]) one.feed(Buffer.concat([head, Buffer.alloc(10)]), 0, 20, heard)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(9 * 1_100_000)
  const chunk = Buffer.alloc(64_000, 7)
  for (let sent = 10; sent < announced; sent += chunk.length)
    parser.feed(chunk, 0, Math.min(chunk.length, announced - sent), heard)
  expect(heard.said).toHaveLength(1)
})

test('what a client writes is masked, minimal and complete', () => {
  for (const size of [0, 1, 4, 125, 126, 65_535, 65_536]) {
    const payload = Buffer.from(Array.from({ length: size }, (_, index) => index % 251))
    const bytes = encodeFrame(opcode.binary, payload)
    expect(bytes.length).toBe(serverFrame(0x82, payload).length + 4)
    const [frame, ...more] = clientFrames(bytes)
    expect([frame?.first, frame?.payload.equals(payload), more]).toEqual([0x82, true, []])
  }
  const text = encodeFrame(opcode.text, 'Plätze €')
  expect(clientFrames(text)).toEqual([{ first: 0x81, payload: Buffer.from('Plätze €') }])
  const masks = new Set(Array.from({ length: 50 }, () => encodeFrame(opcode.text, 'x').readUInt32BE(2)))
  expect(masks.size).toBeGreaterThan(40)
})

test('a close frame carries only what it may', () => {
  expect(closePayload(undefined, '')).toHaveLength(0)
  expect(closePayload(4000, 'x'.repeat(123))).toHaveLength(125)
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN])
    expect(() => closePayload(code, ''), `${code}`).toThrow(RangeError)
  expect(() => closePayload(1000, 'ü'.repeat(62))).toThrow(RangeError)
})
