import type { HttpOperation, ViewOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { readPage, type DeadPage } from '../../../phoenix/live/page.js'
import { LiveView, type Keep, type ViewDiff, type ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Exchange } from '../http/exchange.js'
import type { HttpResponse } from '../http/parser.js'
import type { HttpPool } from '../http/pool.js'
import { requestWriter } from '../http/request.js'
import { readSafely, type Pending, type Reply } from '../reply.js'
import { Split } from '../split.js'
import { answered, failed, nodeOf, targetFailure, timedOut, type ViewBinding } from './binding.js'
import type { CookieJar } from './cookies.js'
import { Line, spreadOver } from './line.js'

export interface ViewListeners {
  readonly diff: (diff: ViewDiff) => void
  /** The view ended without our asking. */
  readonly gone: (why: ViewReply) => void
  readonly odd: (word: string, what: string) => void
}

/** A page that is alive. */
export interface OpenView {
  readonly view: LiveView
  readonly line: Line
}

const heartbeat = 30_000_000

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
 * Source: phoenix-wire.md §3, §4.
 */
export class ViewOpening implements Pending {
  private over = false
  private exchange: Exchange | undefined
  private line: Line | undefined
  private view: LiveView | undefined
  private shown = false

  constructor(
    private readonly binding: ViewBinding,
    n: number,
    private readonly args: StepArguments,
    private readonly jar: CookieJar,
    private readonly keep: Keep,
    private readonly listeners: ViewListeners,
    readonly split: Split,
    private readonly done: (reply: Reply, opened: OpenView | undefined) => void,
  ) {
    const pool = nodeOf(binding.pools, n)
    const { operation, tools, headers } = binding
    const write = requestWriter(requestOf(operation, args), tools, { ...headers, accept: 'text/html' })
    const cookie = jar.header()
    const request = write(pool.origin, args, cookie === '' ? {} : { cookie })
    split.enter('page', monotonic())
    this.exchange = {
      ...request,
      method: 'GET',
      split: new Split(monotonic()),
      fresh: false,
      retried: false,
      cancel: undefined,
      answered: (response) => this.take(() => this.read(pool, response)),
      failed: (failure) => this.end(failed(failure)),
    }
    pool.submit(this.exchange)
  }

  expire(): void {
    this.end(timedOut(late[this.split.stage] ?? 'The page was not there'))
  }

  cancel(): void {
    this.over = true
    this.split.end(monotonic())
    this.exchange?.cancel?.()
    this.line?.destroy()
  }

  private end(reply: Reply, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    this.exchange?.cancel?.()
    const opened =
      this.shown && this.view !== undefined && this.line !== undefined
        ? { view: this.view, line: this.line }
        : undefined
    if (opened === undefined) this.line?.close()
    this.done(reply, opened)
  }

  /** What the contract's or the protocol's code throws ends the step, not the engine. */
  private take(work: () => Reply | undefined): void {
    if (this.over) return
    const reply = readSafely(() => work() ?? answered(''))
    if (reply.kind !== 'answered' || reply.answer !== '') this.end(reply)
  }

  private read(pool: HttpPool, { head, body }: HttpResponse): Reply | undefined {
    this.exchange = undefined
    this.jar.take(head.cookies)
    if (head.status >= 300 && head.status < 400) return answered('redirect', { to: head.location })
    if (head.status !== 200) return answered(String(head.status), {}, head.status)
    const html = body.toString('utf8')
    const { landmark } = this.binding.operation
    if (landmark !== undefined && !html.includes(landmark)) return answered('wrong_page')
    const url = `${new URL(pool.origin.url).origin}${pool.origin.prefix}${this.pathOf()}`
    const page = readPage(html, url)
    if ('missing' in page) return answered(page.missing)
    const { forge } = this.binding.operation
    this.connect(pool, forge === undefined ? page : { ...page, csrf: forge(page.csrf) }, url)
    return undefined
  }

  private pathOf(): string {
    const { path, query } = this.binding.operation
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(this.args[name])),
    )
    const search = query === undefined ? '' : new URLSearchParams(query(this.args)).toString()
    return filled + (search === '' ? '' : `?${search}`)
  }

  private connect(pool: HttpPool, page: DeadPage, url: string): void {
    const { operation, headers, timeout } = this.binding
    const cookie = this.jar.header()
    this.split.enter('connect', monotonic())
    const line = new Line(
      {
        origin: pool.origin,
        endpoint: operation.socket,
        query: { _csrf_token: page.csrf, _mounts: '0', _mount_attempts: '0' },
        headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
        timeout,
        firstHeartbeat: spreadOver(heartbeat),
      },
      {
        connected: (at) => this.split.enter('upgrade', at),
        opened: (at) => {
          if (this.over) return
          this.split.enter('join', at)
          this.join(line, page, url)
        },
        failed: (failure) => this.end(failed(failure)),
        lost: (code, reason) => this.lost(code, reason),
        odd: this.listeners.odd,
      },
      pool.meter,
    )
    this.line = line
  }

  private join(line: Line, page: DeadPage, url: string): void {
    const view = new LiveView(line.socket, {
      page,
      url,
      keep: this.keep,
      timeout: this.binding.timeout,
      onDiff: (diff) => this.listeners.diff(diff),
      onGone: (why) => this.gone(why),
      onOdd: this.listeners.odd,
    })
    this.view = view
    view.join((reply) => {
      if (reply.kind === 'ok') this.shown = true
      this.end(joinReply(reply), reply.at)
    })
  }

  private gone(why: ViewReply): void {
    if (this.shown) this.listeners.gone(why)
    else this.end(joinReply(why), why.at)
  }

  private lost(code: number, reason: string): void {
    const failure: Failure = targetFailure(
      'disconnected',
      `The socket was closed with ${code}${reason === '' ? '' : ` (${reason})`}.`,
    )
    if (!this.over) this.end(failed(failure))
    else
      this.listeners.gone({
        kind: 'closed',
        at: monotonic(),
        size: 0,
        reason: failure.message,
        hasDiff: false,
      })
  }
}

/** What a join's reply is as an answer. */
function joinReply(reply: ViewReply): Reply {
  switch (reply.kind) {
    case 'ok':
      return answered('shown')
    case 'timed_out':
      return timedOut('The join was not answered')
    case 'crashed':
    case 'closed':
      return failed(targetFailure(reply.kind, reply.reason))
    default:
      return answered(reply.kind === 'refused' ? reply.reason : reply.kind, {
        ...(reply.to === undefined ? {} : { to: reply.to }),
        error: reply.reason,
      })
  }
}
