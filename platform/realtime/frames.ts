import type { JsonBody } from '../kernel.js'
import { isBody } from './json.js'
import type { Content, Frame } from './kernel.js'

/** What a client sent, in either form. */
export interface Message {
  readonly joinRef: string | null
  readonly ref: string | null
  readonly topic: string
  readonly event: string
  readonly payload: JsonBody | Uint8Array
}

const isRef = (value: unknown): value is string | null => value === null || typeof value === 'string'

/** A text frame of serializer v2 (phoenix-wire §2): five elements, more are ignored; undefined when it is none. */
export function readText(text: string): Message | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(parsed)) return undefined
  const [joinRef, ref, topic, event, payload] = parsed as unknown[]
  if (!isRef(joinRef) || !isRef(ref) || typeof topic !== 'string' || typeof event !== 'string')
    return undefined
  return isBody(payload) ? { joinRef, ref, topic, event, payload } : undefined
}

const kinds = { push: 0, reply: 1, broadcast: 2 } as const

/** A binary push of a client: kind 0 with four lengths (phoenix-wire §2); undefined when it is none. */
export function readBinary(data: Buffer): Message | undefined {
  const lengths = [...data.subarray(1, 5)]
  const end = lengths.reduce((sum, length) => sum + length, 5)
  if (data[0] !== kinds.push || lengths.length < 4 || data.length < end) return undefined
  let at = 5
  const [joinRef = '', ref = '', topic = '', event = ''] = lengths.map((length) => {
    at += length
    return data.toString('utf8', at - length, at)
  })
  const refs = { joinRef: joinRef === '' ? null : joinRef, ref: ref === '' ? null : ref }
  return { ...refs, topic, event, payload: data.subarray(end) }
}

/** @throws RangeError when a word is longer than the byte for its length can say. */
function bytes(kind: number, words: readonly string[], data: Uint8Array): Frame {
  const encoded = words.map((word) => Buffer.from(word))
  const long = encoded.find(({ length }) => length > 255)
  if (long !== undefined) throw new RangeError(`a binary frame cannot carry a word of ${long.length} bytes`)
  const head = Buffer.from([kind, ...encoded.map(({ length }) => length)])
  return { data: Buffer.concat([head, ...encoded, data]), binary: true }
}

const text = (
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: string,
): Frame => ({
  data: `[${JSON.stringify(joinRef)},${JSON.stringify(ref)},${JSON.stringify(topic)},${JSON.stringify(event)},${payload}]`,
  binary: false,
})

export function pushFrame(
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: Content,
): Frame {
  if (typeof payload === 'string') return text(joinRef, ref, topic, event, payload)
  return bytes(kinds.push, [joinRef ?? '', topic, event], payload)
}

export function replyFrame(
  joinRef: string | null,
  ref: string | null,
  topic: string,
  status: 'ok' | 'error',
  response: Content,
): Frame {
  if (typeof response === 'string')
    return text(joinRef, ref, topic, 'phx_reply', `{"status":"${status}","response":${response}}`)
  return bytes(kinds.reply, [joinRef ?? '', ref ?? '', topic, status], response)
}

/** For all who joined the topic: it has no refs, and text is turned into bytes once. */
export function broadcastFrame(topic: string, event: string, payload: Content): Frame {
  if (typeof payload !== 'string') return bytes(kinds.broadcast, [topic, event], payload)
  const { data, binary } = text(null, null, topic, event, payload)
  return { data: typeof data === 'string' ? Buffer.from(data) : data, binary }
}
