import type { Json, JsonObject } from '../../model/scenario.js'
import type { PhoenixSocket } from '../socket.js'
import { Acting, type Done, type Stage } from './acting.js'
import type { FoundElement } from './element.js'
import type { Member, ViewDiff } from './member.js'
import type { DeadPage } from './page.js'
import { parseSelector } from './selector.js'
import { Stuck } from './stuck.js'
import { absolute, originOf } from './urls.js'
import { dialectOf } from './version.js'
import type { ViewReply } from './view-reply.js'
import { Views, type Owned, type ViewsListener } from './views.js'
import { Watches } from './watches.js'

export type { FoundElement } from './element.js'
export type { ViewDiff } from './member.js'
export { Stuck } from './stuck.js'
export type { ViewReply } from './view-reply.js'

/**
 * `nothing`: diffs are counted and searched as text, and only read where the protocol needs it. 10,000 viewers fit on
 * a core.
 */
export type Keep = 'tree' | 'nothing'

/** Who hears of a page. */
export interface ViewListener {
  /**
   * Every frame that changed what the page shows, of any of its views; for `reply` and `join` the text is that of the
   * whole payload.
   */
  diff?(diff: ViewDiff): void
  /** The view ended without being asked: redirect, live_redirect, crash, close, or a rejoin that was refused. */
  gone?(why: ViewReply): void
  /**
   * `broken_diff`, `unknown_event`; `nested_view`: one within the page is not there; `lost_form`: one could not be
   * sent again after a crash.
   */
  odd?(word: string, what: string): void
}

export interface ViewOptions {
  readonly page: DeadPage
  /** Address of the page, absolute. */
  readonly url: string
  readonly keep: Keep
  /** Longest wait for the reply to an event, microseconds; 30 s in a browser. */
  readonly timeout: number
  /** Longest wait for the reply to a join, microseconds. Default 10 s, as in a browser. */
  readonly joinTimeout?: number
  readonly referer?: string
  readonly listener?: ViewListener
}

const tenSeconds = 10_000_000

/**
 * A live page as a person uses it, without a browser. Instants in microseconds. What is asked of an element throws `Stuck` when a
 * person could not do it, and `UserError` when the selector cannot be read; whatever the server sends is told, never thrown.
 *
 * Components that leave the page are not reported (`cids_destroyed`): the tree is merged late, and as long as the server is not
 * told, it and the tree agree on which components there are. Source: phoenix-wire §3, §4.
 */
export class LiveView implements ViewsListener {
  private readonly views: Views
  private readonly firstUrl: string
  private readonly keep: Keep
  private readonly listener: ViewListener | undefined
  private watches: Watches | undefined
  private acting: Acting | undefined
  private lastAt = 0

  constructor(socket: PhoenixSocket, options: ViewOptions) {
    const { page, keep, timeout, joinTimeout = tenSeconds, url, referer, listener } = options
    this.firstUrl = url
    this.keep = keep
    this.listener = listener
    const entry = { href: url, navigated: false, referer, flash: undefined, mounts: 0 }
    this.views = new Views(socket, this, { page, keepsTrees: keep === 'tree', timeout, joinTimeout }, entry)
  }

  /** `liveview_version` of the join; undefined before it, and when the server does not tell. */
  get version(): string | undefined {
    return this.views.root.version
  }

  /** Page title, as the server last pushed it. Undefined when the tree is not kept. */
  get title(): string | undefined {
    return this.views.root.tree?.read((tree) => tree.title)
  }

  /** Address that the page shows, with the patches and navigations since it was opened. */
  get url(): string {
    return this.views.root.href ?? this.firstUrl
  }

  /** Joins. Views nested in the page join after it, and are not waited for. */
  join(done: Done): void {
    this.views.join(done)
  }

  /** The element's own `phx-click` with its values, or the live link that it is. Throws `Stuck`. */
  click(selector: string, done: Done): void {
    this.act().click(selector, done)
  }

  /** Fills fields of a form; each sends `phx-change`, and `done` hears the last one's reply. Throws `Stuck`. */
  change(form: string, values: Readonly<Record<string, string>>, done: Done): void {
    this.act().change(form, values, done)
  }

  /** `phx-submit` with what the form holds, and `values` filled in before. Throws `Stuck`. */
  submit(form: string, values: Readonly<Record<string, string>>, done: Done): void {
    this.act().submit(form, values, done)
  }

  /** Throws `Stuck`; as `no_binding` too when `phx-key` wants another key. */
  key(selector: string, type: 'keydown' | 'keyup', key: string, done: Done): void {
    this.act().signal(selector, type, key, done)
  }

  /** Throws `Stuck`. */
  focus(selector: string, done: Done): void {
    this.act().signal(selector, 'focus', undefined, done)
  }

  /** Throws `Stuck`. */
  blur(selector: string, done: Done): void {
    this.act().signal(selector, 'blur', undefined, done)
  }

  /** An event by name, without an element: a hook's `pushEvent`, or any when the tree is not kept. */
  event(
    type: 'click' | 'form' | 'hook' | 'keydown' | 'keyup' | 'focus' | 'blur',
    name: string,
    value: Json,
    cid: number | undefined,
    done: Done,
  ): void {
    const meta = type === 'form' && dialectOf(this.version).meta ? {} : undefined
    const payload: JsonObject = { type, event: name, value, meta, cid }
    this.views.root.push('event', payload, done)
  }

  /** Another address of the same view. One that is not its own is navigated to. */
  patch(to: string, done: Done): void {
    const url = this.absolute(to)
    this.views.root.patch(url, done, () => this.navigate(url, done))
  }

  /** Live navigation: leaves, and joins at another address with the same session. */
  navigate(to: string, done: Done): void {
    const href = this.absolute(to)
    const { to: sentTo, flash } = this.views.root.sentTo ?? {}
    const isFollowed = sentTo !== undefined && this.absolute(sentTo) === href
    this.acting?.forget()
    this.views.navigate(
      { href, navigated: true, referer: this.url, flash: isFollowed ? flash : undefined, mounts: 0 },
      done,
    )
  }

  /** Throws `Stuck` when the tree is not kept. */
  has(selector: string): boolean {
    return this.find(selector) !== undefined
  }

  /** The first such element, in the view or in one nested in it. Throws `Stuck` when the tree is not kept. */
  find(selector: string): FoundElement | undefined {
    this.needTree(selector)
    return this.views.find(parseSelector(selector))?.element
  }

  /** What is inside the view's container. Throws `Stuck` when the tree is not kept. */
  html(): string {
    this.needTree('The page')
    return this.views.html()
  }

  /**
   * Runs `then` once: now, or when a diff makes one of the selectors true. `which` is the first that holds; `at` the instant of the
   * frame that showed it, or of the last one before. Returns what cancels it. Selectors of one element are cheap. Throws `Stuck`.
   */
  watch(selectors: readonly string[], then: (which: number, at: number) => void): () => void {
    this.needTree(selectors.join(', '))
    this.watches ??= new Watches()
    return this.watches.add(
      selectors,
      then,
      (selector) => this.views.find(selector) !== undefined,
      this.lastAt,
    )
  }

  /** Leaves all views of the page. Nothing more is told but the replies that are pending. */
  leave(): void {
    this.watches?.clear()
    this.views.leave()
  }

  /** Told by its views, as are `rejoined`, `gone` and `odd`. */
  changed(member: Member, diff: ViewDiff): void {
    this.lastAt = diff.at
    this.listener?.diff?.(diff)
    this.watches?.check(member, diff.at)
  }

  gone(why: ViewReply): void {
    this.listener?.gone?.(why)
  }

  odd(word: string, what: string): void {
    this.listener?.odd?.(word, what)
  }

  rejoined(): void {
    try {
      this.acting?.recover((selector) => this.views.find(parseSelector(selector)))
    } catch (error) {
      if (!(error instanceof Stuck)) throw error
      this.odd('lost_form', error.message)
    }
  }

  private act(): Acting {
    if (this.acting !== undefined) return this.acting
    const stage: Stage = {
      need: (selector) => this.need(selector),
      version: () => this.version,
      patch: (to, done) => this.patch(to, done),
      navigate: (to, done) => this.navigate(to, done),
    }
    this.acting = new Acting(stage)
    return this.acting
  }

  private need(selector: string): Owned {
    this.needTree(selector)
    const owned = this.views.find(parseSelector(selector))
    if (owned === undefined) throw new Stuck(selector, this.views.isBroken ? 'broken_tree' : 'absent')
    return owned
  }

  private needTree(what: string): void {
    if (this.keep === 'nothing') throw new Stuck(what, 'tree_not_kept')
  }

  /** As the browser client: what begins with `/` belongs to the page's host. */
  private absolute(to: string): string {
    return to.startsWith('/') ? originOf(this.firstUrl) + to : absolute(to, this.url)
  }
}
