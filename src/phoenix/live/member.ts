import type { JsonObject } from '../../model/scenario.js'
import { detached } from '../detached.js'
import type { Frame } from '../frame.js'
import { isObject, objectOf } from '../json.js'
import type { Channel, ChannelEvents, ChannelReply, PhoenixSocket } from '../socket.js'
import { KeptTree, type DiffSource } from './kept-tree.js'
import type { OtherView, RootView } from './page.js'
import { absolute } from './urls.js'
import { ending, joinReply, pushedRedirect, viewReply, type ViewReply } from './view-reply.js'

/** Where a view begins. */
export interface Entry {
  /** Absolute; a nested or sticky view has none. */
  readonly href: string | undefined
  /** It is come to by live navigation. */
  readonly navigated: boolean
  readonly referer: string | undefined
  readonly flash: string | undefined
  /** Joins before it: of a nested view those of its parent. */
  readonly mounts: number
}

/** A frame that changed what a view shows. `text`: its payload, raw JSON. */
export interface ViewDiff {
  readonly source: DiffSource
  /** Microseconds. */
  readonly at: number
  readonly size: number
  readonly text: string
}

/** What all views of a page share. */
export interface MemberHost {
  readonly csrf: string
  readonly tracked: readonly string[]
  readonly keepsTrees: boolean
  /** Microseconds. */
  readonly timeout: number
  readonly joinTimeout: number
  changed(member: Member, diff: ViewDiff): void
  rejoined(member: Member): void
  gone(member: Member, why: ViewReply): void
  odd(word: string, what: string): void
}

const versionKey = '"liveview_version":"'
const longestVersion = 40

// Quotes within a JSON string are escaped, so that what is found is the key.
const versionIn = (text: string): string | undefined => {
  const at = text.indexOf(versionKey)
  if (at < 0) return undefined
  const from = at + versionKey.length
  const end = text.indexOf('"', from)
  return end < 0 ? undefined : detached(text.slice(from, Math.min(end, from + longestVersion)))
}

/** Answers after which a browser loads another page instead of joining again. */
const leavesPage = new Set<ViewReply['kind']>([
  'redirect',
  'live_redirect',
  'stale',
  'unauthorized',
  'reload',
])

/** One view of a page on its channel. Source: phoenix-wire §4. */
export class Member implements ChannelEvents {
  readonly tree: KeptTree | undefined
  version: string | undefined
  /** Where the server last sent the view by live navigation. */
  sentTo: ViewReply | undefined
  /** The user of the page left it. */
  left = false
  private at: string | undefined
  private flash: string | undefined
  private joins: number
  private attempts = 0
  private over = false
  private readonly channel: Channel

  constructor(
    socket: PhoenixSocket,
    readonly view: RootView | OtherView,
    private readonly host: MemberHost,
    private readonly entry: Entry,
  ) {
    this.at = entry.href
    this.flash = entry.flash
    this.joins = entry.mounts
    if (host.keepsTrees) this.tree = new KeptTree((what) => host.odd('broken_diff', what))
    this.channel = socket.channel(`lv:${view.id}`, () => this.params(), this)
  }

  /** The address that the view shows, with the patches since its join. */
  get href(): string | undefined {
    return this.at
  }

  /** How often it joined. */
  get mounts(): number {
    return this.joins
  }

  get isJoined(): boolean {
    return this.channel.state === 'joined'
  }

  join(done: (reply: ViewReply) => void): void {
    this.channel.join(this.host.joinTimeout, (reply) => done(this.joined(reply)))
  }

  push(event: string, payload: JsonObject, done: (reply: ViewReply) => void): void {
    this.channel.push(event, payload, this.host.timeout, (reply) => done(this.answered(reply)))
  }

  /** `live_patch`. `elsewhere` instead of `done`: the address belongs to another view. */
  patch(url: string, done: (reply: ViewReply) => void, elsewhere: () => void): void {
    this.channel.push('live_patch', { url }, this.host.timeout, (reply) => {
      if (reply.status === 'ok' && /"link_redirect"\s*:\s*true/.test(reply.text)) return elsewhere()
      const read = this.answered(reply)
      if (read.kind === 'ok') this.at = url
      done(read)
    })
  }

  leave(): void {
    this.left = true
    this.stop()
  }

  message(frame: Frame, at: number): void {
    const { event, size, text } = frame
    switch (event) {
      case 'diff':
        return this.changed('push', at, size, text)
      case 'live_patch':
        return this.patched(objectOf(text)?.to)
      case 'redirect':
      case 'live_redirect':
        return this.end(pushedRedirect(event, text, at, size))
      default:
        return this.host.odd('unknown_event', `${event} on ${this.channel.topic}`)
    }
  }

  rejoined(reply: ChannelReply): void {
    if (this.left) return
    const read = this.joined(reply)
    if (read.kind === 'ok') this.host.rejoined(this)
    else this.host.gone(this, read)
  }

  crashed(at: number): void {
    this.host.gone(this, ending('crashed', 'phx_error', at))
  }

  closed(at: number): void {
    this.end(ending('closed', 'phx_close', at))
  }

  private params(): JsonObject {
    const { csrf, tracked } = this.host
    const { navigated, referer } = this.entry
    const params = {
      _csrf_token: csrf,
      _track_static: tracked.length > 0 ? tracked : undefined,
      _mounts: this.joins,
      _mount_attempts: this.attempts,
      _live_referer: referer,
    }
    this.attempts += 1
    const { session, static: fixed } = this.view
    return {
      redirect: navigated ? this.at : undefined,
      url: navigated ? undefined : this.at,
      params,
      session,
      static: fixed,
      flash: this.flash,
      sticky: 'sticky' in this.view && this.view.sticky,
    }
  }

  private joined(reply: ChannelReply): ViewReply {
    const read = joinReply(reply)
    if (read.kind === 'ok') {
      const { text } = reply
      this.joins += 1
      this.attempts = 0
      this.flash = undefined
      this.version = versionIn(text)
      if (text.includes('"live_patch":')) this.patchedBy(reply.response)
      this.changed('join', reply.at, reply.size, text)
    } else if (leavesPage.has(read.kind)) {
      this.sentTo = read
      this.stop()
    }
    return read
  }

  private answered(reply: ChannelReply): ViewReply {
    const read = viewReply(reply)
    if (read.hasDiff) this.changed('reply', reply.at, reply.size, reply.text)
    // The server closes the channel behind it.
    if (read.kind === 'redirect' || read.kind === 'live_redirect') {
      this.sentTo = read
      this.over = true
    } else if (read.kind === 'ok' && reply.text.includes('"live_patch":')) {
      this.patchedBy(reply.response)
    }
    return read
  }

  private changed(source: DiffSource, at: number, size: number, text: string): void {
    if (source === 'join') this.tree?.replace(text)
    else this.tree?.add(text, source)
    this.host.changed(this, { source, at, size, text })
  }

  private stop(): void {
    this.over = true
    this.channel.leave(this.host.timeout)
  }

  private patchedBy(response: JsonObject): void {
    if (isObject(response.live_patch)) this.patched(response.live_patch.to)
  }

  private patched(to: unknown): void {
    if (typeof to === 'string' && this.at !== undefined) this.at = absolute(to, this.at)
  }

  private end(why: ViewReply): void {
    if (this.over) return
    this.over = true
    this.sentTo = why
    this.host.gone(this, why)
  }
}
