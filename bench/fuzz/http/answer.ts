import fc from 'fast-check'

/** A header line as it is written: `name:` before value after. */
export interface Line {
  readonly name: string
  readonly value: string
  readonly before: string
  readonly after: string
}

export interface Chunk {
  readonly bytes: Uint8Array
  /** Zeros before its size, which is in capitals when `upper`. */
  readonly zeros: number
  readonly upper: boolean
  readonly extension: string
}

/** How the end of a body is told. */
export type Framing =
  | { readonly kind: 'length'; readonly body: Uint8Array }
  | { readonly kind: 'chunked'; readonly chunks: readonly Chunk[]; readonly trailers: readonly string[] }
  | { readonly kind: 'close'; readonly body: Uint8Array }

/** An answer as a server means it: what a reader must make of it is known without reading. */
export interface Answer {
  readonly method: string
  readonly interims: readonly number[]
  readonly minor: number
  readonly status: number
  readonly reason: string
  readonly lines: readonly Line[]
  /** Values of its connection lines. */
  readonly connection: readonly string[]
  readonly timeout: number | undefined
  readonly framing: Framing
}

const gap = fc.constantFrom(' ', '', '\t', '  \t ')

const line: fc.Arbitrary<Line> = fc.record({
  name: fc.constantFrom(
    'Server',
    'via',
    'Location',
    'set-cookie',
    'Set-Cookie',
    'Content-Type',
    'x-a',
    'content-encoding',
    'X-Content-Length',
    'transfer-encodings',
    'Upgrade',
    "!#$%&'*+-.^_`|~09",
  ),
  value: fc.constantFrom(
    'x',
    '',
    'a b',
    'a: b, "c"',
    'chunked',
    'close',
    '5',
    'HTTP/1.1 200 OK',
    'caf\u00E9 \u00FF',
    'gzip',
    'y'.repeat(300),
  ),
  before: gap,
  after: gap,
})

const patterned = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => index % 253)

/** Bodies: mostly a few bytes, now and then some tens of thousands. */
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 40, arbitrary: fc.uint8Array({ maxLength: 24 }) },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('\r\n', '0\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '{"a":1}')
      .map((text) => Buffer.from(text)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 70_000 }).map(patterned) },
)

const chunk: fc.Arbitrary<Chunk> = fc.record({
  bytes: body.map((bytes) => (bytes.length === 0 ? Buffer.from('.') : bytes)),
  zeros: fc.constantFrom(0, 0, 0, 1, 5),
  upper: fc.boolean(),
  extension: fc.constantFrom('', '', ';a', ';a=b', ' ; a="b;c"'),
})

export const lengthFraming: fc.Arbitrary<Framing> = body.map((bytes) => ({ kind: 'length', body: bytes }))

export const chunkedFraming: fc.Arbitrary<Framing> = fc.record({
  kind: fc.constant('chunked' as const),
  chunks: fc.array(chunk, { maxLength: 4 }),
  trailers: fc.array(fc.constantFrom('X-Sum: 1', 'Content-Length: 3', 'x:'), { maxLength: 2 }),
})

const closeFraming: fc.Arbitrary<Framing> = body.map((bytes) => ({ kind: 'close', body: bytes }))

/** Answers whose body is told in one of these ways. A chunked one is of HTTP/1.1: it must be (RFC 9112 §6.1). */
export function answers(framing: fc.Arbitrary<Framing>): fc.Arbitrary<Answer> {
  return fc
    .record({
      method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD'),
      interims: fc.array(fc.constantFrom(100, 102, 103, 199), { maxLength: 2 }),
      minor: fc.constantFrom(1, 1, 1, 0),
      status: fc.constantFrom(200, 201, 204, 302, 304, 404, 409, 500, 503, 599),
      reason: fc.constantFrom(' OK', ' ', '', ' No  such: seat', ' \u00E9'),
      lines: fc.array(line, { maxLength: 4 }),
      connection: fc.constantFrom(
        [],
        [],
        ['close'],
        ['keep-alive'],
        ['Keep-Alive'],
        ['x, Close'],
        ['close , x'],
        ['keep-alive, close'],
        ['keep-alive', 'close'],
        ['x-closed'],
        ['upgrade'],
      ),
      timeout: fc.constantFrom(undefined, undefined, 0, 5, 120),
      framing,
    })
    .map((one) => (one.framing.kind === 'chunked' && one.minor === 0 ? { ...one, minor: 1 } : one))
}

export const anyAnswer: fc.Arbitrary<Answer> = answers(
  fc.oneof(
    { weight: 3, arbitrary: lengthFraming },
    { weight: 3, arbitrary: chunkedFraming },
    { weight: 1, arbitrary: closeFraming },
  ),
)
