import { among, framingLine, withLine, type Rule } from './rule.js'
import { bytesOf } from './written.js'

const starts = [
  'HTTP/1.1 20 OK',
  'HTTP/1.1 2000 OK',
  'HTTP/1.1  200 OK',
  'http/1.1 200 OK',
  'ICY 200 OK',
  'HTTP/1.1 2x0 OK',
  'HTTP/1.1\t200 OK',
  'HTTP/1.1',
  ' HTTP/1.1 200 OK',
  'HTTP/2.0 200 OK',
  'HTTP/1.1200 OK',
  'HTTP/1.1 -20 OK',
  '\0\0',
] as const

const folds = ['\r\n ', '\r\n\t', ' \r\n  ', '\r\n \r\n '] as const

/** Rules of the status line, header lines and the connection. */
export const headRules: readonly Rule[] = [
  {
    name: 'status-line',
    about: 'A status line that is none is refused.',
    source: 'RFC 9112 §4',
    framing: 'either',
    allows: ['refused'],
    change: (written, pick) => ({ ...written, interims: '', start: among(['', ...starts], pick) }),
  },
  {
    name: 'other-tongue',
    about: 'Another protocol is refused at its first bytes, not awaited to its end.',
    source: 'RFC 9112 §4',
    framing: 'either',
    allows: ['refused'],
    change: (_, pick) =>
      Buffer.from(
        among(['SSH-2.0-x\r\n', '{"error":1}', '\x15\x03\x03\0\x02', 'HTTP/2.0 200 OK\r\n', '\0'], pick),
        'latin1',
      ),
  },
  {
    name: 'bare-lf-head',
    about: 'A head with LF for every CRLF is refused or read, not awaited.',
    source: 'RFC 9112 §2.2',
    framing: 'either',
    allows: ['refused', 'same'],
    change: ({ start, lines, body }) =>
      Buffer.concat([Buffer.from(`${[start, ...lines].join('\n')}\n\n`, 'latin1'), body]),
  },
  {
    name: 'bare-lf-line',
    about: 'A header line that ends with LF is refused or read, never glued to the next.',
    source: 'RFC 9112 §2.2, RFC 9110 §5.5',
    framing: 'either',
    allows: ['refused', 'same'],
    change: (written) => framingLine(written, `x-a: b\n${written.lines[0] ?? ''}`),
  },
  {
    name: 'control-sign',
    about: 'CR, LF and NUL within a value are refused or replaced, never handed on.',
    source: 'RFC 9110 §5.5',
    framing: 'either',
    allows: ['refused'],
    change: (written, pick) => withLine(written, `location: /a${among(['\r', '\n', '\0'], pick)}b`, pick),
  },
  {
    name: 'line-without-name',
    about: 'A header line without colon or name is refused.',
    source: 'RFC 9112 §5',
    framing: 'either',
    allows: ['refused'],
    change: (written, pick) =>
      framingLine(written, written.lines[0] ?? '', among(['nonsense', ': x', ':'], pick)),
  },
  {
    name: 'space-before-colon',
    about: 'A framing header with space before its colon is not overlooked.',
    source: 'RFC 9112 §5.1',
    framing: 'either',
    allows: ['refused', 'same'],
    change: (written, pick) =>
      framingLine(written, (written.lines[0] ?? '').replace(':', among([' :', '\t:'], pick))),
  },
  {
    name: 'space-before-first',
    about: 'A line of space between status line and headers is refused or skipped.',
    source: 'RFC 9112 §2.2',
    framing: 'either',
    allows: ['refused', 'same'],
    change: (written, pick) => framingLine(written, among([' x: y', '\tx'], pick), written.lines[0] ?? ''),
  },
  {
    name: 'folded-line',
    about: 'A folded header is one header.',
    source: 'RFC 9112 §5.2',
    framing: 'either',
    allows: ['same'],
    change: (written, pick) =>
      framingLine(
        written,
        written.lines[0] ?? '',
        `x-a: b${among(folds, pick)}${among(['c', 'content-length: 7', 'd: e'], pick >> 4)}`,
      ),
  },
  {
    name: 'folded-framing',
    about: 'A folded header that tells the framing tells it still.',
    source: 'RFC 9112 §5.2',
    framing: 'either',
    allows: ['same'],
    change: (written, pick) =>
      framingLine(written, (written.lines[0] ?? '').replace(': ', `:${among(folds, pick)}`)),
  },
  {
    name: 'close-wins',
    about: '“close” counts in whichever connection line it stands.',
    source: 'RFC 9110 §5.3, RFC 9112 §9.3',
    framing: 'either',
    allows: ['closing'],
    change: (written) => ({
      ...written,
      lines: [...written.lines, 'connection: close', 'connection: keep-alive'],
    }),
  },
  {
    name: 'keep-alive-token',
    about: 'HTTP/1.0 persists only by the option keep-alive, not by one that contains the word.',
    source: 'RFC 9112 §9.3',
    framing: 'length',
    allows: ['closing'],
    change: ({ start, body, interims }) => ({
      interims,
      body,
      start: start.replace('HTTP/1.1', 'HTTP/1.0'),
      lines: [`content-length: ${body.length}`, 'connection: x-keep-alive'],
    }),
  },
  {
    name: 'switching',
    about: 'After a 101 that nobody asked for the connection speaks HTTP no more.',
    source: 'RFC 9110 §15.2.2',
    framing: 'length',
    allows: ['refused', 'closing'],
    status: 101,
    change: () =>
      Buffer.from('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
  },
  {
    name: 'cut-off',
    about: 'An answer whose connection ends before it does is told as cut off.',
    source: 'RFC 9112 §8',
    framing: 'either',
    allows: ['cut_off'],
    change: (written, pick) => {
      const bytes = bytesOf({ ...written, interims: '' })
      return bytes.subarray(0, 1 + (pick % (bytes.length - 1)))
    },
  },
]
