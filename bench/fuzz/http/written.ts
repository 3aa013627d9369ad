import type { Answer, Chunk, Framing } from './answer.js'

/** An answer in the parts that it is written of. Texts are latin1, lines without their ends. */
export interface Written {
  readonly interims: string
  readonly start: string
  readonly lines: readonly string[]
  readonly body: Buffer
}

/** An answer to HEAD, and 204 and 304, end with their head whatever it says (RFC 9112 §6.3). */
export function isBodyless({ method, status }: Answer): boolean {
  return method === 'HEAD' || status === 204 || status === 304
}

const sizeLine = ({ bytes, zeros, upper, extension }: Chunk): string => {
  const size = bytes.length.toString(16)
  return `${'0'.repeat(zeros)}${upper ? size.toUpperCase() : size}${extension}\r\n`
}

const framed = (framing: Framing): Buffer => {
  if (framing.kind !== 'chunked') return Buffer.from(framing.body)
  const pieces = framing.chunks.flatMap((chunk) => [
    Buffer.from(sizeLine(chunk)),
    chunk.bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(['0', ...framing.trailers, '', ''].join('\r\n'))])
}

const framingLines = (framing: Framing): string[] => {
  if (framing.kind === 'length') return [`Content-Length: ${framing.body.length}`]
  return framing.kind === 'chunked' ? ['transfer-encoding: Chunked'] : []
}

/** Writes an answer. The framing's line stands first, so that whoever changes it finds it. */
export function write(answer: Answer): Written {
  const { interims, minor, status, reason, lines, connection, timeout, framing } = answer
  return {
    interims: interims.map((code) => `HTTP/1.1 ${code} Wait\r\nlink: </a>\r\n\r\n`).join(''),
    start: `HTTP/1.${minor} ${status}${reason}`,
    lines: [
      ...framingLines(framing),
      ...lines.map(({ name, value, before, after }) => `${name}:${before}${value}${after}`),
      ...connection.map((value) => `Connection: ${value}`),
      ...(timeout === undefined ? [] : [`keep-alive: max=9, timeout=${timeout}`]),
    ],
    body: isBodyless(answer) ? Buffer.alloc(0) : framed(framing),
  }
}

/** The bytes on the wire. */
export function bytesOf({ interims, start, lines, body }: Written): Buffer {
  const head = `${interims}${[start, ...lines].join('\r\n')}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}
