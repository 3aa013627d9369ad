import type { HttpOperation, ViewOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { readPage, type DeadPage } from '../../../phoenix/live/page.js'
import { LiveView, type Keep, type ViewDiff, type ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import type { Exchange } from '../http/exchange.js'
import type { HttpResponse } from '../http/parser.js'
import type { HttpPool } from '../http/pool.js'
import { requestWriter } from '../http/request.js'
import { readSafely, type Pending, type Reply } from '../reply.js'
import { Split } from '../split.js'
import { answered, failed, goneBy, nodeOf, targetFailure, timedOut, type ViewBinding } from './binding.js'
import type { CookieJar } from './cookies.js'
import { closedWith, type Dial, type Line } from './line.js'

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
  /** With the query, as it was asked for. */
  private readonly path: string

  constructor(
    private readonly binding: ViewBinding,
    n: number,
    args: StepArguments,
    private readonly jar: CookieJar,
    private readonly keep: Keep,
    private readonly dial: Dial,
    private readonly listeners: ViewListeners,
    readonly split: Split,
    private readonly done: (reply: Reply, opened: OpenView | undefined) => void,
  ) {
    const pool = nodeOf(binding.pools, n)
    const { operation, tools, headers } = binding
    const write = requestWriter(requestOf(operation, args), tools, { ...headers, accept: 'text/html' })
    const cookie = jar.header()
    const request = write(pool.origin, args, cookie === '' ? {} : { cookie })
    this.path = request.path
    split.enter('page', monotonic())
    this.exchange = {
      ...request,
      method: 'GET',
      split: new Split(monotonic()),
      fresh: false,
      retried: false,
      release: undefined,
      answered: (response) => this.take(() => this.read(pool, response)),
      failed: (failure) => this.end(failed(failure)),
    }
    pool.submit(this.exchange)
  }

  expire(): void {
    if (this.exchange?.split.stage === 'queue') {
      const message = 'No connection became free before the time-out.'
      this.end(failed({ class: 'generator', reason: 'timeout_in_queue', message }))
      return
    }
    this.end(timedOut(late[this.split.stage] ?? 'The page was not there'))
  }

  cancel(): void {
    this.over = true
    this.split.end(monotonic())
    this.exchange?.release?.()
    this.line?.destroy()
  }

  private end(reply: Reply, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    this.exchange?.release?.()
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
    const url = `${new URL(pool.origin.url).origin}${this.path}`
    const page = readPage(html, url)
    if ('missing' in page) return answered(page.missing)
    const { forge } = this.binding.operation
    this.connect(pool, forge === undefined ? page : { ...page, csrf: forge(page.csrf) }, url)
    return undefined
  }

  private connect(pool: HttpPool, page: DeadPage, url: string): void {
    const { operation, headers, timeout } = this.binding
    const cookie = this.jar.header()
    this.split.enter('connect', monotonic())
    const line = this.dial(
      {
        origin: pool.origin,
        endpoint: operation.socket,
        query: { _csrf_token: page.csrf, _mounts: '0', _mount_attempts: '0' },
        headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
        timeout,
      },
      pool.meter,
    )
    this.line = line
    line.use({
      connected: (at) => this.enter('upgrade', at),
      opened: (at) => {
        if (this.over) return
        this.enter('join', at)
        this.join(line, page, url)
      },
      failed: (failure) => this.end(failed(failure)),
      lost: (code, reason) => this.lost(code, reason),
      odd: this.listeners.odd,
    })
  }

  private enter(stage: 'upgrade' | 'join', at: number): void {
    if (!this.over) this.split.enter(stage, at)
  }

  private join(line: Line, page: DeadPage, url: string): void {
    const view = new LiveView(line.socket, {
      page,
      url,
      keep: this.keep,
      timeout: this.binding.timeout,
      joinTimeout: this.binding.timeout,
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
    const message = closedWith(code, reason)
    if (!this.over) this.end(failed(targetFailure('disconnected', message)))
    else if (this.shown)
      this.listeners.gone({ kind: 'closed', at: monotonic(), size: 0, reason: message, hasDiff: false })
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
