import type { JsonObject } from '../model/scenario.js'
import { payloadOf, type Frame } from './frame.js'
import { isObject, objectOf } from './json.js'

/** What became of a join, push or leave. `left`: the channel left or joined anew before it was answered. */
export type ReplyStatus = 'ok' | 'error' | 'timed_out' | 'crashed' | 'closed' | 'left' | 'malformed'

export interface ChannelReply {
  readonly status: ReplyStatus
  /** `{}` when there was none, and for a binary reply. */
  readonly response: JsonObject
  /** Raw JSON text of the whole phx_reply payload, '' if none. */
  readonly text: string
  /** Payload of a binary reply. */
  readonly bytes?: Uint8Array | undefined
  /** Instant of the frame, or of the failure, microseconds. */
  readonly at: number
  /** Of the whole frame, as `Frame.size`; 0 without one. */
  readonly size: number
  /** Why, for anything but ok: the server's own `reason`, `phx_error`, a close code, `timeout`, `not_joined`, … */
  readonly reason: string
}

const nothing: JsonObject = Object.freeze({})

/** A reply that never came. */
export function withoutReply(status: ReplyStatus, reason: string, at: number): ChannelReply {
  return { status, response: nothing, text: '', at, size: 0, reason }
}

// A rendered page is tens of kilobytes, and thousands of viewers never look into it.
const long = 4096

const isLongOk = (text: string): boolean =>
  text.length > long &&
  ((text.startsWith('{"status":"ok","response":{') && text.endsWith('}}')) ||
    (text.startsWith('{"response":{') && text.endsWith('},"status":"ok"}')))

/** An ok reply whose response is parsed when it is first asked for. */
class LongReply implements ChannelReply {
  readonly status = 'ok'
  readonly reason = ''
  private parsed: JsonObject | undefined

  constructor(
    readonly text: string,
    readonly at: number,
    readonly size: number,
  ) {}

  get response(): JsonObject {
    if (this.parsed === undefined) {
      const response = objectOf(this.text)?.response
      this.parsed = isObject(response) ? response : nothing
    }
    return this.parsed
  }
}

const whyNot = (status: string, response: JsonObject): string => {
  if (status === 'ok') return ''
  return status === 'error' && typeof response.reason === 'string' ? response.reason : status
}

/**
 * What a reply frame says; its keys in any order. A status other than ok is an error. `malformed`: no object, no status or no
 * response object; of an ok reply beyond 4 kB only the ends are looked at, and a broken middle reads as `{}`.
 */
export function readReply(frame: Frame, at: number): ChannelReply {
  const { text, size, bytes } = frame
  if (frame.status !== undefined) {
    const status = frame.status === 'ok' ? 'ok' : 'error'
    return { status, response: nothing, text, bytes, at, size, reason: whyNot(frame.status, nothing) }
  }
  if (isLongOk(text)) return new LongReply(text, at, size)
  const payload = payloadOf(frame)
  const malformed = (reason: string): ChannelReply => ({
    status: 'malformed',
    response: nothing,
    text,
    at,
    size,
    reason,
  })
  if (payload === undefined) return malformed('payload is no JSON object')
  const { status, response } = payload
  if (typeof status !== 'string') return malformed('reply without status')
  if (!isObject(response)) return malformed('reply without response')
  return {
    status: status === 'ok' ? 'ok' : 'error',
    response,
    text,
    at,
    size,
    reason: whyNot(status, response),
  }
}
