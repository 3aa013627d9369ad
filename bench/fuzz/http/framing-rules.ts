import { bodyOf } from './expected.js'
import { among, framingLine, type Rule } from './rule.js'
import type { Written } from './written.js'

const lengths = (n: number): readonly [string, ...string[]] => [
  ...([
    '',
    `-${n}`,
    `+${n}`,
    `${n}.0`,
    `0x${n}`,
    `${n} ${n}`,
    `${n};`,
    `${n},${n + 1}`,
    `${n}e0`,
    '9'.repeat(30),
  ] as const),
  `${n}\u00A0`,
  `\v${n}`,
  `\f${n}`,
  '\u00B2',
  'x',
]

/** The body with its first chunk's line in another form. */
const sizeLine = (written: Written, line: (size: string) => string): Written => {
  const end = written.body.indexOf('\r\n')
  const found = written.body.toString('latin1', 0, end)
  return { ...written, body: Buffer.concat([Buffer.from(line(found), 'latin1'), written.body.subarray(end)]) }
}

/** The body with something in place of what ends its first chunk; the last one has no data to end. */
const chunkEnd = (written: Written, end: string): Written => {
  const { body } = written
  const from = body.indexOf('\r\n') + 2
  const size = Number.parseInt(body.toString('latin1', 0, from), 16)
  const rest = body.subarray(from + size + (size === 0 ? 0 : 2))
  const data = size === 0 ? Buffer.from('1\r\n.') : body.subarray(0, from + size)
  const left = size === 0 ? body : rest
  return { ...written, body: Buffer.concat([data, Buffer.from(end, 'latin1'), left]) }
}

const trailing = (written: Written, line: string): Written => ({
  ...written,
  body: Buffer.concat([written.body.subarray(0, -2), Buffer.from(`${line}\r\n\r\n`)]),
})

/** Rules of content-length, transfer-encoding and chunks. */
export const framingRules: readonly Rule[] = [
  {
    name: 'length-no-number',
    about: 'A content-length that is no whole number is refused.',
    source: 'RFC 9110 §8.6, RFC 9112 §6.3',
    framing: 'length',
    allows: ['refused'],
    change: (written, pick, answer) =>
      framingLine(written, `content-length:${among(lengths(bodyOf(answer).length), pick)}`),
  },
  {
    name: 'lengths-differ',
    about: 'Two content-lengths that differ are refused.',
    source: 'RFC 9112 §6.3',
    framing: 'length',
    allows: ['refused'],
    change: (written, pick, answer) => {
      const n = bodyOf(answer).length
      const other = n + 1 + (pick % 9)
      return framingLine(
        written,
        ...among(
          [[`content-length: ${n}, ${other}`], [`content-length: ${n}`, `Content-Length: ${other}`]],
          pick,
        ),
      )
    },
  },
  {
    name: 'lengths-agree',
    about: 'The same content-length twice is refused or read as one.',
    source: 'RFC 9110 §8.6',
    framing: 'length',
    allows: ['refused', 'same'],
    change: (written, pick) => {
      const line = written.lines[0] ?? ''
      return framingLine(written, ...among([[line, line], [`${line}, ${line.slice(16)}`]], pick))
    },
  },
  {
    name: 'length-and-chunked',
    about:
      'With both a length and chunks it is chunked and its connection ends, or it is refused: it may be smuggled.',
    source: 'RFC 9112 §6.3',
    framing: 'chunked',
    allows: ['refused', 'closing'],
    change: (written, pick) => {
      const both = [written.lines[0] ?? '', `content-length: ${pick % 50}`]
      return framingLine(written, ...(pick % 2 === 0 ? both : both.toReversed()))
    },
  },
  {
    name: 'other-coding',
    about: 'A transfer-encoding other than one “chunked” is refused: its body would still be coded.',
    source: 'RFC 9112 §6.1, §7',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) => {
      const lists = [
        'gzip',
        'gzip, chunked',
        'chunked, chunked',
        'chunked, gzip',
        'identity',
        '',
        'xchunked',
      ] as const
      const more = ['chunked;q=1', 'chunked\v', 'chunked\u00A0', 'chunk', 'chunked chunked'] as const
      return framingLine(written, `transfer-encoding: ${among([...lists, ...more], pick)}`)
    },
  },
  {
    name: 'coding-twice',
    about: 'Chunked twice, in two lines, is refused.',
    source: 'RFC 9112 §6.1',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) =>
      framingLine(
        written,
        ...among([['Transfer-Encoding: gzip'], ['transfer-encoding: chunked']], pick),
        written.lines[0] ?? '',
      ),
  },
  {
    name: 'chunked-1.0',
    about: 'Chunks of HTTP/1.0 are read with care: refused, or its connection ends.',
    source: 'RFC 9112 §6.1',
    framing: 'chunked',
    allows: ['refused', 'closing'],
    change: (written) => ({
      ...written,
      start: written.start.replace('HTTP/1.1', 'HTTP/1.0'),
      lines: [...written.lines, 'connection: keep-alive'],
    }),
  },
  {
    name: 'chunk-size',
    about: 'A chunk size that is no number, or beyond all numbers, is refused.',
    source: 'RFC 9112 §7.1',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) => {
      const sizes = [
        '',
        'g',
        '-1',
        '+1',
        '0x1',
        ' 1',
        '1 1',
        '1g',
        '1,',
        '1_0',
        '\u00B2',
        '1\v',
        '1.0',
        ';a',
        'f'.repeat(17),
      ] as const
      return sizeLine(written, () => among(sizes, pick))
    },
  },
  {
    name: 'chunk-line-end',
    about: 'LF or CR alone in a chunk’s line is refused: another reader would see another body.',
    source: 'RFC 9112 §7.1',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) =>
      sizeLine(written, (size) => `${size}${among(['\n', '\r', ';\n', ';a=\rb', '\n\n'], pick)}`),
  },
  {
    name: 'chunk-end',
    about: 'A chunk that is longer than its size is refused.',
    source: 'RFC 9112 §7.1',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) => chunkEnd(written, among(['x\r\n', '\n', '\r', '', '\r\r', '\n\r'], pick)),
  },
  {
    name: 'trailer',
    about: 'A trailer that is no header line is refused.',
    source: 'RFC 9112 §7.1.2',
    framing: 'chunked',
    allows: ['refused'],
    change: (written, pick) => trailing(written, among(['garbage', ': x', 'HTTP/1.1 200 OK'], pick)),
  },
]
