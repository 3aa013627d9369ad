import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ParseError } from '../../src/engine/native/http/parse-error.js'
import { ResponseParser, type HttpResponse } from '../../src/engine/native/http/parser.js'

const read = (text: string | Buffer, cuts: readonly number[], method = 'GET'): HttpResponse | undefined => {
  const bytes = Buffer.from(text as string, 'latin1')
  const parser = new ResponseParser()
  parser.expect(method)
  let found: HttpResponse | undefined
  const at = [0, ...[...cuts].toSorted((a, b) => a - b), bytes.length]
  for (let index = 1; index < at.length; index += 1) {
    const piece = bytes.subarray(at[index - 1], at[index])
    if (piece.length > 0) found = parser.feed(piece) ?? found
  }
  return found ?? parser.close()
}

const samples: readonly [string, string, number, string, boolean, string?][] = [
  [
    'content-length',
    'HTTP/1.1 201 Created\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello',
    201,
    'hello',
    true,
  ],
  [
    'chunked, extension, trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123\r\n6789\r\n0\r\nX-Sum: 1\r\n\r\n',
    200,
    'abc0123\r\n6789',
    true,
  ],
  [
    'early hints first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n{}',
    409,
    '{}',
    true,
  ],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
  ['head', 'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n', 200, '', true, 'HEAD'],
  [
    'until close',
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nall there is',
    200,
    'all there is',
    false,
  ],
  [
    'connection: close',
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx',
    200,
    'x',
    false,
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx', 200, 'x', false],
]

for (const [name, text, status, body, keepAlive, method] of samples) {
  test(`an answer reads the same wherever it is cut: ${name}`, () => {
    const check = (cuts: readonly number[]): void => {
      const found = read(text, cuts, method)
      expect([found?.head.status, found?.body.toString('latin1'), found?.keepAlive]).toEqual([
        status,
        body,
        keepAlive,
      ])
    }
    for (let cut = 0; cut <= text.length; cut += 1) check([cut])
    check(Array.from({ length: text.length }, (_, index) => index))
    fc.assert(fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), check), { numRuns: 50 })
  })
}

test('chunks of any size and bytes come out as they went in', () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 6 }),
      fc.array(fc.nat(400), { maxLength: 6 }),
      (chunks, cuts) => {
        const parts = chunks.map(
          (bytes) => `${bytes.length.toString(16)}\r\n${Buffer.from(bytes).toString('latin1')}\r\n`,
        )
        const text = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${parts.join('')}0\r\n\r\n`
        const found = read(
          text,
          cuts.filter((cut) => cut < text.length),
        )
        expect(found?.body.equals(Buffer.concat(chunks))).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
})

test('bytes behind an answer forbid to use its connection again', () => {
  const text = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx'
  expect(read(text, [])?.keepAlive).toBe(true)
  expect(read(`${text}HTTP/1.1 200 OK\r\n`, [])?.keepAlive).toBe(false)
})

test('what is not HTTP is refused, and so is an answer that was cut off', () => {
  const broken = [
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nxx',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort',
    'HTTP/1.1 200 OK\r\ncontent-le',
  ]
  for (const text of broken) expect(() => read(text, []), text).toThrow(ParseError)
})

test('a folded header goes on with the line before; a blank before the colon is refused', () => {
  const folded = 'HTTP/1.1 200 OK\r\nx-note: a\r\n b: c\r\ncontent-length:\r\n\t2\r\n\r\n{}'
  expect(read(folded, [])).toMatchObject({ keepAlive: true, head: { length: 2 } })
  expect(() => read('HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\n{}', [])).toThrow(ParseError)
})

test('an answer that is framed twice ends its connection', () => {
  const text =
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'
  const found = read(text, [])
  expect([found?.body.toString(), found?.keepAlive]).toEqual(['{}', false])
})

test('bytes are kept as copies: what is fed next may lie in the same memory', () => {
  const memory = Buffer.alloc(64)
  const parser = new ResponseParser()
  let found: HttpResponse | undefined
  for (const piece of ['HTTP/1.1 200 OK\r\ncontent-le', 'ngth: 6\r\n\r\nab', 'cd', 'ef']) {
    memory.fill('#')
    found = parser.feed(memory.subarray(0, memory.write(piece, 'latin1')))
  }
  memory.fill('#')
  expect(found?.body.toString()).toBe('abcdef')
})
