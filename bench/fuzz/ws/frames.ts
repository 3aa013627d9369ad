import fc from 'fast-check'
import { FrameError, FrameParser, type FrameSink } from '../../../src/engine/native/ws/frame-parser.js'
import { anyCuts, cut, type Cuts } from '../cut.js'
import { fuzz, shown, type Fuzz } from '../fuzz.js'
import { mutate, mutations } from '../mutate.js'

const maxMessage = 100_000

/** What a parser said of some bytes; the last word is the rule that was broken, if one was. */
class Heard implements FrameSink {
  readonly said: string[] = []
  received(data: Buffer, binary: boolean, wire: number): void {
    this.said.push(`${binary ? 'binary' : 'text'} ${wire} ${data.toString('latin1')}`)
  }
  pinged(payload: Buffer): void {
    this.said.push(`ping ${payload.toString('latin1')}`)
  }
  peerClosed(code: number, reason: string): void {
    this.said.push(`close ${code} ${reason}`)
  }
}

/** Feeds through one buffer that is written over each time, as a connection does. */
const hear = (bytes: Buffer, cuts: Cuts): string[] => {
  const parser = new FrameParser(maxMessage)
  const heard = new Heard()
  const shared = Buffer.alloc(bytes.length + 3)
  try {
    for (const piece of cut(bytes, cuts)) {
      shared.fill(0xee, 0, piece.length + 3)
      piece.copy(shared, 3)
      parser.feed(shared, 3, 3 + piece.length, heard)
    }
    heard.said.push(parser.midway ? 'midway' : 'between')
  } catch (error) {
    heard.said.push(
      error instanceof FrameError ? `broken ${error.code} ${error.reason}` : `threw ${String(error)}`,
    )
  }
  return heard.said
}

const frame = (first: number, payload: Uint8Array): Buffer => {
  const { length } = payload
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(length))
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload])
  const head =
    length < 65_536 ? [Buffer.from([first, 126]), size.subarray(6)] : [Buffer.from([first, 127]), size]
  return Buffer.concat([...head, payload])
}

const payload = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ max: 0x7f, maxLength: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 120, max: 130 }).map((size) => new Uint8Array(size).fill(0x61)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 65_530, max: 65_540 }).map((size) => new Uint8Array(size).fill(0x62)),
  },
)

const message = fc.record({
  binary: fc.boolean(),
  pieces: fc.array(payload, { minLength: 1, maxLength: 3 }).filter((all) => sizeOf(all) <= maxMessage),
  pings: fc.array(fc.uint8Array({ max: 0x7f, maxLength: 125 }), { maxLength: 2 }),
})

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never

interface Talk {
  readonly bytes: Buffer
  readonly said: readonly string[]
}

/** A message in its fragments, a ping and a pong between each two. */
const spoken = ({ binary, pieces, pings }: Message): Talk => {
  const said: string[] = []
  const frames: Buffer[] = []
  let wire = 0
  pieces.forEach((piece, index) => {
    const final = index === pieces.length - 1
    const own = frame((final ? 0x80 : 0) | (index > 0 ? 0 : binary ? 2 : 1), piece)
    wire += own.length
    frames.push(own)
    const ping = pings[index]
    if (final || ping === undefined) return
    frames.push(frame(0x89, ping), frame(0x8a, ping))
    said.push(`ping ${Buffer.from(ping).toString('latin1')}`)
  })
  said.push(`${binary ? 'binary' : 'text'} ${wire} ${Buffer.concat(pieces).toString('latin1')}`)
  return { bytes: Buffer.concat(frames), said }
}

const ending = fc.constantFrom<Talk>(
  { bytes: Buffer.alloc(0), said: ['between'] },
  { bytes: frame(0x88, Buffer.from([3, 244, 0x67, 0x6f])), said: ['close 1012 go', 'midway'] },
  {
    bytes: Buffer.concat([frame(0x88, Buffer.alloc(0)), Buffer.from('late')]),
    said: ['close 1005 ', 'midway'],
  },
  { bytes: Buffer.from([0x81]), said: ['midway'] },
  { bytes: Buffer.from([0xc1]), said: ['broken 1002 reserved_bits'] },
  { bytes: Buffer.from([0x83]), said: ['broken 1002 unknown_opcode'] },
  { bytes: Buffer.from([0x81, 0x80]), said: ['broken 1002 masked_frame'] },
  { bytes: Buffer.from([0x09]), said: ['broken 1002 fragmented_control_frame'] },
  { bytes: Buffer.from([0x89, 126]), said: ['broken 1002 long_control_frame'] },
  { bytes: Buffer.from([0x80]), said: ['broken 1002 stray_continuation'] },
  { bytes: Buffer.from([0x01, 0, 0x82]), said: ['broken 1002 interrupted_message'] },
  { bytes: Buffer.from([0x82, 126, 0, 125]), said: ['broken 1002 bad_length'] },
  { bytes: Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255]), said: ['broken 1002 bad_length'] },
  { bytes: Buffer.from([0x82, 127, 0x80]), said: ['broken 1002 bad_length'] },
  { bytes: Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa1]), said: ['broken 1009 message_too_big'] },
  { bytes: frame(0x81, Buffer.from([0xc0, 0x80])), said: ['broken 1007 invalid_utf8'] },
  { bytes: frame(0x88, Buffer.from([3])), said: ['broken 1002 bad_close_frame'] },
  { bytes: frame(0x88, Buffer.from([3, 237])), said: ['broken 1002 bad_close_frame'] },
  { bytes: frame(0x88, Buffer.from([3, 232, 0xff])), said: ['broken 1007 invalid_utf8'] },
)

const talk: fc.Arbitrary<Talk> = fc
  .record({ messages: fc.array(message, { maxLength: 4 }), ending })
  .map(({ messages, ending: end }) => {
    const all = [...messages.map(spoken), end]
    return { bytes: Buffer.concat(all.map(({ bytes }) => bytes)), said: all.flatMap(({ said }) => said) }
  })

const short = (said: readonly string[]): string =>
  said.map((one) => JSON.stringify(one.slice(0, 40))).join(', ')

const difference = (
  said: readonly string[],
  expected: readonly string[],
  bytes: Buffer,
): string | undefined =>
  said.join('\n') === expected.join('\n')
    ? undefined
    : `heard ${short(said)}; expected ${short(expected)}; ${shown(bytes)}`

const noise = [
  '\0',
  '\u0081',
  '\u0088',
  '\u0089',
  '\u00FE',
  '\u00FF',
  '\x7E',
  '\x7F',
  '\x01',
  '\x80',
  '\x82\x7E\0\x7E',
]

export const frameFuzzes: readonly Fuzz[] = [
  fuzz(
    {
      name: 'ws.frames',
      about:
        'Messages come out as they went in, and a broken rule by its name, however they are fragmented and cut.',
      share: 70_000,
    },
    fc.record({ talk, cuts: anyCuts }),
    ({ talk: { bytes, said }, cuts }) => difference(hear(bytes, cuts), said, bytes),
  ),
  fuzz(
    {
      name: 'ws.mutated-frames',
      about:
        'Broken frames are told alike however they are cut, and never by another error than a FrameError.',
      share: 60_000,
    },
    fc.record({ talk, changes: mutations(noise), cuts: anyCuts }),
    ({ talk: { bytes }, changes, cuts }) => {
      const changed = mutate(bytes, changes)
      const whole = hear(changed, [])
      if (whole.at(-1)?.startsWith('threw') === true) return `${short(whole)}; ${shown(changed)}`
      return difference(hear(changed, cuts), whole, changed)
    },
  ),
]
