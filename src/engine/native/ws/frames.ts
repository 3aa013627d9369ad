/** Kinds of frames. Source: RFC 6455 §5.2, §11.8. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export type Opcode = (typeof opcode)[keyof typeof opcode]

/** The most bytes that a close, ping or pong may carry. Source: RFC 6455 §5.5. */
export const controlLimit = 125

/** Whether an endpoint may put this code into a close frame. Source: RFC 6455 §7.4 and its IANA registry. */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false
  if (code >= 3_000) return code <= 4_999
  return code >= 1_000 && code <= 1_014 && (code < 1_004 || code > 1_006)
}

/**
 * What a close frame carries; `code` undefined: nothing, which the peer reads as 1005. Throws `RangeError` for a code that may not
 * be sent and for a reason beyond 123 bytes. Source: RFC 6455 §5.5.1.
 */
export function closePayload(code: number | undefined, reason: string): Buffer {
  if (code === undefined) return Buffer.alloc(0)
  if (!isCloseCode(code)) throw new RangeError(`${code} is not a code that a close frame may carry.`)
  const text = Buffer.from(reason)
  if (text.length > controlLimit - 2) {
    throw new RangeError(`The reason of a close frame has at most 123 bytes, not ${text.length}.`)
  }
  const payload = Buffer.allocUnsafe(2 + text.length)
  payload.writeUInt16BE(code, 0)
  payload.set(text, 2)
  return payload
}

const headerSize = (length: number): number => {
  if (length <= 125) return 2
  return length <= 0xff_ff ? 4 : 10
}

const writeLength = (frame: Buffer, length: number): void => {
  if (length <= 125) {
    frame[1] = 0x80 | length
  } else if (length <= 0xff_ff) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length % 2 ** 32, 6)
  }
}

const applyMask = (frame: Buffer, from: number): void => {
  // It need not be secret: a mask keeps scripts of strangers from choosing the bytes that a proxy sees (RFC 6455 §10.3),
  // and here whoever wrote the messages also runs the machine.
  const mask = (Math.random() * 2 ** 32) | 0
  frame.writeInt32BE(mask, from - 4)
  for (let index = from, shift = 24; index < frame.length; index += 1, shift = (shift + 24) & 31) {
    frame[index] = (frame[index] ?? 0) ^ (mask >>> shift)
  }
}

/** A whole message, or a control frame, as a client writes it: masked, in one piece. Source: RFC 6455 §5.2, §5.3. */
export function encodeFrame(kind: Opcode, payload: string | Uint8Array): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  const from = headerSize(length) + 4
  const frame = Buffer.allocUnsafe(from + length)
  frame[0] = 0x80 | kind
  writeLength(frame, length)
  if (typeof payload === 'string') frame.write(payload, from)
  else frame.set(payload, from)
  applyMask(frame, from)
  return frame
}
