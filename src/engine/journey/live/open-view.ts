import type { HttpOperation, ViewOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { readPage, type DeadPage } from '../../../phoenix/live/page.js'
import { LiveView, type Keep, type ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { readSafely, type Pending, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, goneBy, nodeOf, timedOut, type ViewBinding } from './binding.js'
import type { CookieJar } from './cookies.js'
import type { Dialler, Line } from './line.js'
import type { Node, PageAnswer, PageCall, PageEvents } from './node.js'
import { ViewOnLine, type PageListener, type PageOpening } from './view-on-line.js'

/** A page that is alive. */
export interface OpenView {
  readonly view: LiveView
  readonly line: Line
}

const late: Readonly<Record<string, string>> = {
  page: 'The page did not come',
  connect: 'The socket was not taken',
  upgrade: 'The upgrade was not answered',
  join: 'The join was not answered',
}

const requestOf = ({ path, auth, query }: ViewOperation, args: StepArguments): HttpOperation => ({
  kind: 'http',
  method: 'GET',
  path,
  ...(auth === undefined || args[auth] === undefined ? {} : { auth }),
  ...(query === undefined ? {} : { query }),
})

/**
 * Opens a page as a browser does: dead render, cookies, socket, join. `done` comes once, with the view when its answer is `shown`.
 * Other answers: `redirect`, `live_redirect`, a status code, `no_csrf`, `no_live_view`, `no_session`, `wrong_page`, `stale`, `unauthorized`, …
 * Source: phoenix_live_view, `Phoenix.LiveView.Static`, `Phoenix.LiveView.Channel`.
 */
export class ViewOpening implements Pending, PageOpening, PageEvents {
  private over = false
  private readonly node: Node
  private asked: PageCall | undefined
  private line: Line | undefined
  private page: DeadPage | undefined
  private readonly open: ViewOnLine
  /** Absolute, with the query, as it was asked for. */
  private readonly url: string

  constructor(
    private readonly binding: ViewBinding,
    n: number,
    args: StepArguments,
    private readonly jar: CookieJar,
    private readonly keep: Keep,
    private readonly dialler: Dialler,
    listener: PageListener,
    readonly split: Split,
    private readonly done: (reply: Reply, opened: OpenView | undefined) => void,
  ) {
    this.open = new ViewOnLine(listener, this)
    this.node = nodeOf(binding.nodes, n)
    split.enter('page', monotonic())
    this.asked = this.node.page(requestOf(binding.operation, args), args, jar.header(), this)
    this.url = this.asked.url
  }

  answered(answer: PageAnswer): void {
    this.take(() => this.read(answer))
  }

  failed(failure: Failure): void {
    this.end(failed(failure))
  }

  expire(): void {
    const inQueue = this.asked?.late()
    if (inQueue !== undefined) this.end(failed(inQueue))
    else this.end(timedOut(late[this.split.stage] ?? 'The page was not there'))
  }

  cancel(): void {
    this.over = true
    this.split.end(monotonic())
    this.open.giveUp()
    this.asked?.release()
    this.line?.destroy()
  }

  upgrading(at: number): void {
    this.split.enter('upgrade', at)
  }

  joining(at: number): void {
    const { line, page, open } = this
    if (line === undefined || page === undefined) return
    this.split.enter('join', at)
    const { timeout } = this.binding
    const view = new LiveView(line.socket, {
      page,
      url: this.url,
      keep: this.keep,
      timeout,
      joinTimeout: timeout,
      listener: open,
    })
    view.join((reply) =>
      this.end(joinReply(reply), reply.kind === 'ok' ? { view, line } : undefined, reply.at),
    )
  }

  broke(failure: Failure): void {
    this.end(failed(failure))
  }

  left(why: ViewReply): void {
    this.end(joinReply(why), undefined, why.at)
  }

  private end(reply: Reply, opened?: OpenView, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    this.asked?.release()
    if (opened === undefined) {
      this.open.giveUp()
      this.line?.leave()
    } else {
      this.open.shown()
    }
    this.done(reply, opened)
  }

  /** What the contract's or the protocol's code throws ends the step, not the engine. */
  private take(work: () => Reply | undefined): void {
    if (this.over) return
    const reply = readSafely(() => work() ?? answered(''))
    if (reply.kind !== 'answered' || reply.answer !== '') this.end(reply)
  }

  private read({ status, location, cookies, text }: PageAnswer): Reply | undefined {
    this.asked = undefined
    this.jar.take(cookies)
    if (status >= 300 && status < 400) return answered('redirect', { to: location })
    if (status !== 200) return answered(String(status), {}, status)
    const html = text()
    const { landmark } = this.binding.operation
    if (landmark !== undefined && !html.includes(landmark)) return answered('wrong_page')
    const page = readPage(html, this.url)
    if ('missing' in page) return answered(page.missing)
    const { forge } = this.binding.operation
    this.page = forge === undefined ? page : { ...page, csrf: forge(page.csrf) }
    this.connect(this.page.csrf)
    return undefined
  }

  private connect(csrf: string): void {
    const { operation, headers, timeout } = this.binding
    const cookie = this.jar.header()
    this.split.enter('connect', monotonic())
    this.line = this.dialler.dial({
      node: this.node,
      endpoint: operation.socket,
      query: { _csrf_token: csrf, _mounts: '0', _mount_attempts: '0' },
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      timeout,
    })
    this.line.use(this.open)
  }
}

/** What a join's reply is as an answer. */
function joinReply(reply: ViewReply): Reply {
  if (reply.kind === 'ok') return answered('shown')
  if (reply.kind === 'timed_out') return timedOut('The join was not answered')
  if (reply.kind === 'crashed' || reply.kind === 'closed') return failed(goneBy(reply.kind, reply.reason))
  return answered(reply.kind === 'refused' ? reply.reason : reply.kind, {
    ...(reply.to === undefined ? {} : { to: reply.to }),
    error: reply.reason,
  })
}
