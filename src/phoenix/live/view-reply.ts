import type { Json, JsonObject } from '../../model/scenario.js'
import { isObject, objectOf } from '../json.js'
import type { ChannelReply, ReplyStatus } from '../reply.js'
import { eventsOf, type PushedEvent } from './tree.js'

/**
 * What came of something that a view asked for, or why it is gone. Source: phoenix-wire §4.
 * - redirect, live_redirect: the server wants another page, `to`; by a page load, or by `LiveView.navigate`
 * - stale, unauthorized, reload: the join was refused, and a browser loads the page again
 * - refused: the join failed otherwise, with the server's own reason
 * - malformed: an answer that is none
 */
export interface ViewReply {
  readonly kind:
    | 'ok'
    | 'redirect'
    | 'live_redirect'
    | 'stale'
    | 'unauthorized'
    | 'reload'
    | 'refused'
    | 'timed_out'
    | 'crashed'
    | 'closed'
    | 'malformed'
  /** Instant of the frame, microseconds. */
  readonly at: number
  /** Of the whole frame; 0 without one. */
  readonly size: number
  /** Where the server sends the view, as it wrote it. */
  readonly to?: string | undefined
  /** Signed flash of a redirect: the `__phoenix_flash__` cookie of the page load; `navigate` sends it by itself. */
  readonly flash?: string | undefined
  /** Of `reload`: a cookie of the page load that shows the error. */
  readonly token?: string | undefined
  readonly reason: string
  /** What `pushEvent` was answered. Read when asked. */
  readonly reply?: Json | undefined
  /** Events that came with it. Read when asked. */
  readonly events?: readonly PushedEvent[]
  /** Whether it changed what the view shows. */
  readonly hasDiff: boolean
}

const textOf = (json: Json | undefined): string | undefined => (typeof json === 'string' ? json : undefined)

/** Where a response sends the view. */
export function redirectIn(response: JsonObject): Pick<ViewReply, 'kind' | 'to' | 'flash'> | undefined {
  for (const kind of ['redirect', 'live_redirect'] as const) {
    const redirect = response[kind]
    if (isObject(redirect)) return { kind, to: textOf(redirect.to), flash: textOf(redirect.flash) }
  }
  return undefined
}

// Within a JSON string the quotes would be escaped, so that this can only be a key; on which level is looked at afterwards.
const mayRedirect = (text: string): boolean => text.includes('redirect":')

/** Replies are read no further than asked: thousands of viewers look at kind and time only. */
class Answer implements ViewReply {
  readonly at: number
  readonly size: number
  readonly hasDiff: boolean
  readonly to: string | undefined
  readonly flash: string | undefined

  constructor(
    readonly kind: ViewReply['kind'],
    readonly reason: string,
    private readonly source: ChannelReply,
    readonly token: string | undefined,
    redirect: Pick<ViewReply, 'to' | 'flash'> | undefined,
  ) {
    this.at = source.at
    this.size = source.size
    this.to = redirect?.to
    this.flash = redirect?.flash
    this.hasDiff =
      source.status === 'ok' &&
      kind !== 'malformed' &&
      (source.text.includes('"diff":') || source.text.includes('"rendered":'))
  }

  get reply(): Json | undefined {
    return this.diff.r
  }

  get events(): readonly PushedEvent[] {
    return eventsOf(this.source.status === 'error' ? this.source.response.events : this.diff.e)
  }

  private get diff(): JsonObject {
    const { response } = this.source
    const diff = response.diff ?? response.rendered
    return isObject(diff) ? diff : {}
  }
}

const without: Readonly<Record<Exclude<ReplyStatus, 'ok' | 'error'>, ViewReply['kind']>> = {
  timed_out: 'timed_out',
  crashed: 'crashed',
  closed: 'closed',
  left: 'closed',
  malformed: 'malformed',
}

const refusals: readonly string[] = ['stale', 'unauthorized', 'reload'] satisfies ViewReply['kind'][]
const isRefusal = (reason: string): reason is 'stale' | 'unauthorized' | 'reload' => refusals.includes(reason)

/** What a channel's reply to an event or a join means to a view. */
export function viewReply(reply: ChannelReply): ViewReply {
  const { status, text, reason } = reply
  if (status !== 'ok' && status !== 'error')
    return new Answer(without[status], reason, reply, undefined, undefined)
  const redirect = mayRedirect(text) ? redirectIn(reply.response) : undefined
  if (redirect !== undefined) return new Answer(redirect.kind, redirect.kind, reply, undefined, redirect)
  if (status === 'ok') return new Answer('ok', '', reply, undefined, undefined)
  if (!isRefusal(reason)) return new Answer('refused', reason, reply, undefined, undefined)
  const { status: code, token } = reply.response
  const why = typeof code === 'number' ? `${reason} ${code}` : reason
  return new Answer(reason, why, reply, textOf(token), undefined)
}

/** As `viewReply`, of a join: an ok without a rendered tree is `malformed`. */
export function joinReply(reply: ChannelReply): ViewReply {
  const read = viewReply(reply)
  if (read.kind !== 'ok' || read.hasDiff) return read
  return new Answer('malformed', 'join without rendered', reply, undefined, undefined)
}

/** A redirect that the server pushed without being asked, as the end of the view. */
export function pushedRedirect(
  kind: 'redirect' | 'live_redirect',
  text: string,
  at: number,
  size: number,
): ViewReply {
  const payload = objectOf(text) ?? {}
  return {
    kind,
    at,
    size,
    to: textOf(payload.to),
    flash: textOf(payload.flash),
    reason: kind,
    hasDiff: false,
  }
}

/** The end of a view without a frame that says why. */
export function ending(kind: 'crashed' | 'closed', reason: string, at: number): ViewReply {
  return { kind, at, size: 0, reason, hasDiff: false }
}
