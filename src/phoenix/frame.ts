import type { JsonObject } from '../model/scenario.js'
import { readBinary } from './binary-frame.js'
import { objectOf } from './json.js'

export { encodeBinary } from './binary-frame.js'

/** One message of the socket, serializer v2. Source: phoenix-wire §2. */
export interface Frame {
  readonly joinRef: string | null
  readonly ref: string | null
  readonly topic: string
  readonly event: string
  /** Length of the whole frame as it came: characters of a string, bytes of a buffer. */
  readonly size: number
  /** Raw JSON text of the payload, '' for a binary frame. Unchecked: only what stands before it was read. */
  readonly text: string
  /** Payload of a binary frame. */
  readonly bytes: Uint8Array | undefined
  /** Status of a binary reply; that of a text reply stands in its payload. */
  readonly status?: string | undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A text frame. A string as payload is JSON already made. */
export function encodeText(
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: JsonObject | string,
): string {
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return `${JSON.stringify([joinRef, ref, topic, event]).slice(0, -1)},${json}]`
}

const quote = 34
const backslash = 92

const behindGap = (text: string, from: number): number => {
  let at = from
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at += 1
  return at
}

/** Index behind the string or null that starts at `from`, -1 when neither does. */
const behindSlot = (text: string, from: number): number => {
  if (text.startsWith('null', from)) return from + 4
  if (text.charCodeAt(from) !== quote) return -1
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) return at + 1
    if (code < 32) return -1
    if (code === backslash) at += 1
  }
  return -1
}

const slotOf = (json: string): string | null => {
  if (!json.includes('\\')) return json === 'null' ? null : json.slice(1, -1)
  const value: unknown = JSON.parse(json)
  return typeof value === 'string' ? value : null
}

const readText = (text: string, size: number): Frame | undefined => {
  const slots: (string | null)[] = []
  let at = behindGap(text, 0)
  if (text.charAt(at) !== '[') return undefined
  while (slots.length < 4) {
    const from = behindGap(text, at + 1)
    const to = behindSlot(text, from)
    if (to < 0) return undefined
    slots.push(slotOf(text.slice(from, to)))
    at = behindGap(text, to)
    if (text.charAt(at) !== ',') return undefined
  }
  const end = text.lastIndexOf(']')
  if (text.slice(end + 1).trim() !== '') return undefined
  const payload = text.slice(behindGap(text, at + 1), end).trimEnd()
  const [joinRef = null, ref = null, topic, event] = slots
  if (typeof topic !== 'string' || typeof event !== 'string') return undefined
  if (payload === '' || payload.startsWith('{') !== payload.endsWith('}')) return undefined
  return { joinRef, ref, topic, event, size, text: payload, bytes: undefined, status: undefined }
}

const whatIsWrong = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value) || value.length !== 5) return 'not an array of five'
    return 'a ref, topic or event of the wrong type'
  } catch {
    return 'not JSON'
  }
}

const decodeText = (text: string, size: number): Frame | { readonly broken: string } => {
  try {
    return readText(text, size) ?? { broken: whatIsWrong(text) }
  } catch {
    return { broken: 'not JSON' }
  }
}

/**
 * A frame, or what is wrong with it: `not JSON`, `not an array of five`, `binary header cut`, … Never throws. Text is read up to
 * its payload only, so that a payload that is no JSON is found by `payloadOf`.
 */
export function decode(data: string | Uint8Array, binary: boolean): Frame | { readonly broken: string } {
  if (typeof data === 'string') return decodeText(data, data.length)
  try {
    if (!binary) return decodeText(utf8.decode(data), data.length)
    const parts = readBinary(data)
    return typeof parts === 'string' ? { broken: parts } : { ...parts, size: data.length, text: '' }
  } catch {
    return { broken: 'not UTF-8' }
  }
}

/** The parsed payload, or undefined when it is no JSON object. Parses anew on every call. */
export function payloadOf(frame: Frame): JsonObject | undefined {
  return objectOf(frame.text)
}
