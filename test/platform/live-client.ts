import { WebSocket } from 'ws'

/** A page as the server rendered it, with what a client takes from it. */
export interface DeadPage {
  readonly base: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** `name=value` of the session. */
  readonly cookie: string
  readonly csrf: string
  readonly id: string
  readonly session: string
  readonly flash: string
}

const attribute = (html: string, name: string): string =>
  new RegExp(`${name}="([^"]*)"`).exec(html)?.[1] ?? ''

/** GET of a page; redirects are not followed. */
export async function getPage(
  base: string,
  path: string,
  { token, cookie }: { token?: string; cookie?: string } = {},
): Promise<DeadPage> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(cookie === undefined ? {} : { cookie }),
  }
  const response = await fetch(`${base}${path}`, { headers, redirect: 'manual' })
  const html = await response.text()
  const container = /<div id="phx-[^>]*>/.exec(html)?.[0] ?? ''
  return {
    base,
    path,
    status: response.status,
    headers: response.headers,
    html,
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? cookie ?? '',
    csrf: /<meta name="csrf-token" content="([^"]*)"/.exec(html)?.[1] ?? '',
    id: attribute(container, 'id'),
    session: attribute(container, 'data-phx-session'),
    flash: attribute(container, 'data-phx-static'),
  }
}

export interface Frame {
  readonly joinRef: string | null
  readonly ref: string | null
  readonly topic: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
  /** As it came. */
  readonly text: string
}

export interface Answer {
  readonly status: unknown
  readonly response: Readonly<Record<string, unknown>>
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

function frameOf(text: string): Frame {
  const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [
    string | null,
    string | null,
    string,
    string,
    unknown,
  ]
  return { joinRef, ref, topic, event, payload: record(payload), text }
}

const patienceMs = 8_000

/** A client that is no browser: frames by hand, everything that came is kept. */
export class LiveClient {
  readonly frames: Frame[] = []
  #ref = 3
  joinRef = ''
  readonly closed: Promise<number>

  private constructor(
    readonly page: DeadPage,
    readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => this.frames.push(frameOf(data.toString('utf8'))))
    this.closed = new Promise((resolve) => socket.once('close', resolve))
  }

  /** Connects with the page's cookie and CSRF token unless told otherwise. @throws Error when the upgrade is refused. */
  static async connect(
    page: DeadPage,
    { csrf = page.csrf, cookie = page.cookie, origin = page.base } = {},
  ): Promise<LiveClient> {
    const query = new URLSearchParams({ _csrf_token: csrf, _mounts: '0', vsn: '2.0.0' })
    const socket = new WebSocket(`${page.base.replace('http', 'ws')}/live/websocket?${query.toString()}`, {
      headers: { cookie, origin },
      perMessageDeflate: false,
    })
    const client = new LiveClient(page, socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return client
  }

  get topic(): string {
    return `lv:${this.page.id}`
  }

  async join(over: Readonly<Record<string, unknown>> = {}, topic = this.topic): Promise<Answer> {
    this.joinRef = String((this.#ref += 1))
    const { base, path, session, flash } = this.page
    const payload = {
      url: `${base}${path}`,
      params: { _csrf_token: this.page.csrf, _mounts: 0, _mount_attempts: 0 },
      session,
      static: flash === '' ? undefined : flash,
      sticky: false,
      ...over,
    }
    this.socket.send(JSON.stringify([this.joinRef, this.joinRef, topic, 'phx_join', payload]))
    return this.answer(this.joinRef)
  }

  /** Sends without waiting; returns the ref. */
  send(event: string, payload: unknown): string {
    const ref = String((this.#ref += 1))
    this.socket.send(JSON.stringify([this.joinRef, ref, this.topic, event, payload]))
    return ref
  }

  push(event: string, payload: unknown): Promise<Answer> {
    return this.answer(this.send(event, payload))
  }

  click(event: string, value: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.push('event', { type: 'click', event, value: { ...value, value: '' } })
  }

  form(event: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const value = new URLSearchParams(fields).toString()
    return this.push('event', { type: 'form', event, value, meta: {}, uploads: {} })
  }

  async answer(ref: string): Promise<Answer> {
    const { payload } = await this.until((frame) => frame.event === 'phx_reply' && frame.ref === ref)
    return { status: payload.status, response: record(payload.response) }
  }

  get diffs(): readonly Frame[] {
    return this.frames.filter(({ event }) => event === 'diff')
  }

  /** The first frame of which this is true, of those that came and those that come within 8 s. */
  async until(wanted: (frame: Frame) => boolean): Promise<Frame> {
    for (const end = Date.now() + patienceMs; ;) {
      const found = this.frames.find(wanted)
      if (found !== undefined) return found
      if (Date.now() > end)
        throw new Error(`no such frame within 8 s; last: ${this.frames.at(-1)?.text.slice(0, 300)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}

/** Comes true within 8 s, or throws. */
export async function soon(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await what());) {
    if (Date.now() > end) throw new Error('it did not come true within 8 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
