import type { Json } from '../../model/scenario.js'
import { objectOf } from '../json.js'
import type { PhoenixSocket } from '../socket.js'
import type { FoundElement } from './element.js'
import { tagWithId } from './html-search.js'
import { Member, type Entry, type MemberHost, type ViewDiff } from './member.js'
import { nestedViews, type DeadPage, type OtherView } from './page.js'
import type { Selector } from './selector.js'
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

/** Not by recursion: how deep a message is nested is up to the server. */
const textsWithNested = (message: Json | undefined): string[] => {
  const texts: string[] = []
  const left = [message]
  while (left.length > 0) {
    const json = left.pop()
    if (typeof json === 'string') {
      if (json.includes(nestedMark)) texts.unshift(json)
    } else if (typeof json === 'object' && json !== null) {
      for (const value of Object.values(json)) left.push(value)
    }
  }
  return texts
}

/** A view that comes with another one: it has no address. */
const within = (mounts: number): Entry => ({
  href: undefined,
  navigated: false,
  referer: undefined,
  flash: undefined,
  mounts,
})

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

  /**
   * Joins the routed view, and beside it those that brought their own session. Nested ones follow when their parent
   * is there.
   */
  join(done: (reply: ViewReply) => void): void {
    this.root.join(done)
    for (const view of this.page.children) if (view.parentId === null) this.joinOther(view, 0)
  }

  /** Leaves the routed view and joins it again at another address; sticky views stay. */
  navigate(entry: Entry, done: (reply: ViewReply) => void): void {
    this.leaveNested(this.root)
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
      const container = tagWithId(html, view.id)
      if (container === undefined) continue
      const { end } = container.tag
      html = html.slice(0, end) + (tree?.read((inner) => inner.html()) ?? '') + html.slice(end)
    }
    return html
  }

  get isBroken(): boolean {
    return this.root.tree?.isBroken === true
  }

  changed(member: Member, diff: ViewDiff): void {
    // Those of its join before ended with it on the server.
    if (diff.source === 'join') this.leaveNested(member)
    this.listener.changed(member, diff)
    if (diff.text.includes(nestedMark)) this.joinNested(member, diff.text)
  }

  rejoined(member: Member): void {
    if (member === this.root) this.listener.rejoined()
  }

  gone(member: Member, why: ViewReply): void {
    this.leaveNested(member)
    if (member === this.root || why.kind === 'redirect' || why.kind === 'live_redirect')
      return this.listener.gone(why)
    if (why.kind === 'closed') this.others?.delete(member.view.id)
    // After a lost connection it tries with a token of the parent that is no more; the parent's join brings it anew.
    if (this.root.isJoined) this.odd('nested_view', `${member.view.id}: ${why.reason}`)
  }

  odd(word: string, what: string): void {
    this.listener.odd(word, what)
  }

  private *all(): Generator<Member> {
    yield this.root
    yield* this.others?.values() ?? []
  }

  private joinNested(parent: Member, text: string): void {
    for (const html of textsWithNested(objectOf(text)))
      for (const view of nestedViews(html))
        if (view.session !== '') this.joinOther(this.withStatic(view), parent.mounts - 1)
  }

  /** The token of what does not change stands in the dead render only. Source: phoenix-wire §3. */
  private withStatic(view: OtherView): OtherView {
    const dead = this.page.children.find(({ id }) => id === view.id)
    return view.static === null && dead !== undefined ? { ...view, static: dead.static } : view
  }

  private joinOther(view: OtherView, mounts: number): void {
    if (this.others?.has(view.id) === true) return
    const member = new Member(this.socket, view, this, within(mounts))
    this.others ??= new Map()
    this.others.set(view.id, member)
    member.join((reply) => {
      // That the connection is lost is told by the socket.
      if (reply.kind !== 'ok' && !member.left && this.socket.isOpen)
        this.odd('nested_view', `${view.id}: ${reply.reason}`)
    })
  }

  private leaveNested(parent: Member): void {
    for (const [id, member] of this.others ?? []) {
      if (!('parentId' in member.view) || member.view.parentId !== parent.view.id) continue
      this.leaveNested(member)
      member.leave()
      this.others?.delete(id)
    }
  }
}
