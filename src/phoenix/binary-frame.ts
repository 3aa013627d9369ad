/** The parts of a binary frame from the server. Source: phoenix-wire §2. */
export interface BinaryParts {
  readonly joinRef: string | null
  readonly ref: string | null
  readonly topic: string
  readonly event: string
  /** Of a reply. */
  readonly status: string | undefined
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

const push = 0
const reply = 1
const broadcast = 2
const longest = 255

/**
 * A push to the server: `00`, four lengths of one byte, join_ref, ref, topic, event, data. A null ref is an empty one.
 * Throws a RangeError for a part of more than 255 bytes. Source: phoenix-wire §2.
 */
export function encodeBinary(
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  data: Uint8Array,
): Uint8Array {
  const parts = [joinRef ?? '', ref ?? '', topic, event].map((part) => encoder.encode(part))
  const tooLong = parts.find(({ length }) => length > longest)
  if (tooLong !== undefined) {
    const start = decoder.decode(tooLong).slice(0, 40)
    throw new RangeError(
      `A binary frame has room for ${longest} bytes a part, and "${start}…" has ${tooLong.length}.`,
    )
  }
  const frame = new Uint8Array(parts.reduce((sum, { length }) => sum + 1 + length, 1) + data.length)
  frame[0] = push
  let at = 1 + parts.length
  for (const [index, part] of parts.entries()) {
    frame[1 + index] = part.length
    frame.set(part, at)
    at += part.length
  }
  frame.set(data, at)
  return frame
}

/** Names of a header, one length byte each from the second byte on, and what follows them. A copy: the buffer may be reused. */
const split = (data: Uint8Array, count: number): { names: string[]; bytes: Uint8Array } | undefined => {
  const names: string[] = []
  let at = 1 + count
  for (let index = 1; index <= count; index += 1) {
    const end = at + (data[index] ?? Infinity)
    if (end > data.length) return undefined
    names.push(decoder.decode(data.subarray(at, end)))
    at = end
  }
  return { names, bytes: new Uint8Array(data.subarray(at)) }
}

const partCount = (kind: number | undefined): number | undefined => {
  if (kind === push) return 3
  if (kind === reply) return 4
  return kind === broadcast ? 2 : undefined
}

/** The parts, or what is wrong. Throws a TypeError for names that are not UTF-8. */
export function readBinary(data: Uint8Array): BinaryParts | string {
  const kind = data[0]
  if (kind === undefined) return 'empty binary frame'
  const count = partCount(kind)
  if (count === undefined) return `unknown binary kind ${kind}`
  const parts = split(data, count)
  if (parts === undefined) return 'binary header cut'
  const { names, bytes } = parts
  const event = kind === reply ? 'phx_reply' : (names[count - 1] ?? '')
  return {
    joinRef: (kind === broadcast ? '' : names[0]) || null,
    ref: (kind === reply ? names[1] : '') || null,
    topic: names[count - 2] ?? '',
    event,
    status: kind === reply ? names[3] : undefined,
    bytes,
  }
}
