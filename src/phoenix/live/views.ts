import type { Json } from '../../model/scenario.js'
import { objectOf } from '../json.js'
import type { PhoenixSocket } from '../socket.js'
import type { FoundElement } from './element.js'
import { tagWithId } from './html-search.js'
import { Member, type Entry, type MemberHost, type ViewDiff } from './member.js'
import { nestedViews, type DeadPage, type OtherView } from './page.js'
import type { Selector } from './selector.js'
import { escape } from './tags.js'
import type { ViewReply } from './view-reply.js'

/** An element and the view that it belongs to. */
export interface Owned {
  readonly member: Member
  readonly element: FoundElement
}

/** What hears of the views of a page. */
export interface ViewsListener {
  changed(member: Member, diff: ViewDiff): void
  rejoined(): void
  gone(why: ViewReply): void
  odd(word: string, what: string): void
}

export interface ViewsOptions {
  readonly page: DeadPage
  readonly keepsTrees: boolean
  /** Microseconds. */
  readonly timeout: number
  readonly joinTimeout: number
}

const nestedMark = 'data-phx-parent-id'

const textsWithNested = (json: Json | undefined): string[] => {
  if (typeof json === 'string') return json.includes(nestedMark) ? [json] : []
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsWithNested) : []
}

const noEntry: Entry = { href: undefined, navigated: false, referer: undefined, flash: undefined }

/** All views of a page: the routed one, those nested in it, and those that stay when it is left. */
export class Views implements MemberHost {
  root: Member
  readonly csrf: string
  readonly tracked: readonly string[]
  readonly keepsTrees: boolean
  readonly timeout: number
  readonly joinTimeout: number
  private readonly page: DeadPage
  private others: Map<string, Member> | undefined

  constructor(
    private readonly socket: PhoenixSocket,
    private readonly listener: ViewsListener,
    { page, keepsTrees, timeout, joinTimeout }: ViewsOptions,
    entry: Entry,
  ) {
    this.page = page
    this.csrf = page.csrf
    this.tracked = page.tracked
    this.keepsTrees = keepsTrees
    this.timeout = timeout
    this.joinTimeout = joinTimeout
    this.root = new Member(socket, page.root, this, entry)
  }

  /** Joins the routed view, and beside it those that brought their own session. Nested ones follow when their parent is there. */
  join(done: (reply: ViewReply) => void): void {
    this.root.join(done)
    for (const view of this.page.children) if (view.parentId === null) this.joinOther(view)
  }

  /** Leaves the routed view and joins it again at another address; sticky views stay. */
  navigate(entry: Entry, done: (reply: ViewReply) => void): void {
    this.leaveNested()
    this.root.leave()
    this.root = new Member(this.socket, this.page.root, this, entry)
    this.root.join(done)
  }

  leave(): void {
    for (const member of this.others?.values() ?? []) member.leave()
    this.others = undefined
    this.root.leave()
  }

  /** The first view, from the outside in, that shows such an element. */
  find(selector: Selector): Owned | undefined {
    for (const member of this.all()) {
      const element = member.tree?.read((tree) => tree.find(selector))
      if (element !== undefined) return { member, element }
    }
    return undefined
  }

  /** What is inside the routed view's container, nested views in theirs. */
  html(): string {
    let html = this.root.tree?.read((tree) => tree.html()) ?? ''
    for (const { view, tree } of this.others?.values() ?? []) {
      const container = tagWithId(html, view.id, `id="${escape(view.id)}"`)
      if (container === undefined) continue
      const { end } = container.tag
      html = html.slice(0, end) + (tree?.read((inner) => inner.html()) ?? '') + html.slice(end)
    }
    return html
  }

  get isBroken(): boolean {
    return this.root.tree?.broke === true
  }

  changed(member: Member, diff: ViewDiff): void {
    this.listener.changed(member, diff)
    if (diff.text.includes(nestedMark)) this.joinNested(diff.text)
  }

  rejoined(member: Member): void {
    if (member === this.root) this.listener.rejoined()
  }

  gone(member: Member, why: ViewReply): void {
    if (member === this.root) {
      // They ended with it on the server, and its next join brings them anew.
      this.leaveNested()
      return this.listener.gone(why)
    }
    if (why.kind === 'redirect' || why.kind === 'live_redirect') return this.listener.gone(why)
    if (why.kind === 'closed') this.others?.delete(member.view.id)
    this.odd('nested_view', `${member.view.id}: ${why.reason}`)
  }

  odd(word: string, what: string): void {
    this.listener.odd(word, what)
  }

  private *all(): Generator<Member> {
    yield this.root
    yield* this.others?.values() ?? []
  }

  private joinNested(text: string): void {
    for (const html of textsWithNested(objectOf(text)))
      for (const view of nestedViews(html)) if (view.session !== '') this.joinOther(this.withStatic(view))
  }

  /** The token of what does not change stands in the dead render only. Source: phoenix-wire §3. */
  private withStatic(view: OtherView): OtherView {
    const dead = this.page.children.find(({ id }) => id === view.id)
    return view.static === null && dead !== undefined ? { ...view, static: dead.static } : view
  }

  private joinOther(view: OtherView): void {
    if (this.others?.has(view.id) === true) return
    const member = new Member(this.socket, view, this, noEntry)
    this.others ??= new Map()
    this.others.set(view.id, member)
    member.join((reply) => {
      if (reply.kind !== 'ok') this.odd('nested_view', `${view.id}: ${reply.reason}`)
    })
  }

  private leaveNested(): void {
    for (const [id, member] of this.others ?? []) {
      if (!('parentId' in member.view) || member.view.parentId === null) continue
      member.leave()
      this.others?.delete(id)
    }
  }
}
