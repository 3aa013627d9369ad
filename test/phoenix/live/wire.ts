import type { Json, JsonObject } from '../../../src/model/scenario.js'
import { readPage, type DeadPage } from '../../../src/phoenix/live/page.js'
import { LiveView, type ViewDiff, type ViewOptions, type ViewReply } from '../../../src/phoenix/live/view.js'
import { PhoenixSocket } from '../../../src/phoenix/socket.js'
import type { Sleeper, Timers } from '../../../src/phoenix/timers.js'

/** A clock that stands still until it is told otherwise. */
export class StillClock implements Timers {
  private time = 0
  private alarms: { readonly at: number; readonly sleeper: Sleeper }[] = []

  now(): number {
    return this.time
  }

  after(delay: number, sleeper: Sleeper): { close(): void } {
    const alarm = { at: this.time + delay, sleeper }
    this.alarms.push(alarm)
    return {
      close: () => {
        this.alarms = this.alarms.filter((one) => one !== alarm)
      },
    }
  }

  /** Microseconds. */
  pass(time: number): void {
    const end = this.time + time
    for (;;) {
      const next = this.alarms.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > end) break
      this.alarms = this.alarms.filter((one) => one !== next)
      this.time = next.at
      next.sleeper.ring()
    }
    this.time = end
  }
}

export const url = 'http://shop.test/t/acme/events/gala?x=1'

export const html = `<meta name="csrf-token" content="CSRF"><script phx-track-static src="/app.js"></script>
<div id="phx-1" data-phx-main data-phx-session="SESSION" data-phx-static="STATIC"></div>`

export const pageOf = (source: string): DeadPage => {
  const page = readPage(source, url)
  if ('missing' in page) throw new Error(page.missing)
  return page
}

export interface Sent {
  readonly joinRef: string | null
  readonly ref: string
  readonly topic: string
  readonly event: string
  readonly payload: JsonObject
}

const sentOf = (data: string | Uint8Array): Sent => {
  const [joinRef, ref, topic, event, payload] = JSON.parse(String(data)) as [
    string | null,
    string,
    string,
    string,
    JsonObject,
  ]
  return { joinRef, ref, topic, event, payload }
}

/** A page on a socket without a network: what it sends is looked at, and what it gets is written here. */
export class Wire {
  readonly clock = new StillClock()
  readonly sent: Sent[] = []
  readonly socket: PhoenixSocket
  readonly view: LiveView
  readonly diffs: ViewDiff[] = []
  readonly gone: ViewReply[] = []
  readonly odd: string[] = []

  constructor(options: Partial<ViewOptions> & { readonly rejoins?: boolean; readonly source?: string } = {}) {
    const { rejoins = true, source = html, ...rest } = options
    const reconnect = { dial: () => {}, backoff: { kind: 'faithful' } } as const
    this.socket = new PhoenixSocket({ timers: this.clock, ...(rejoins ? { reconnect } : {}) })
    this.open()
    this.view = new LiveView(this.socket, {
      page: pageOf(source),
      url,
      keep: 'tree',
      timeout: 30_000_000,
      listener: {
        diff: (diff) => void this.diffs.push(diff),
        gone: (why) => void this.gone.push(why),
        odd: (word, what) => void this.odd.push(`${word}: ${what}`),
      },
      ...rest,
    })
  }

  open(): void {
    this.socket.opened({ send: (data) => this.sent.push(sentOf(data)), close: () => {} })
  }

  /** The last frame that was sent. */
  get last(): Sent {
    const last = this.sent.at(-1)
    if (last === undefined) throw new Error('Nothing was sent.')
    return last
  }

  /** A frame from the server, later by a millisecond. */
  frame(joinRef: string | null, ref: string | null, topic: string, event: string, payload: Json): void {
    this.clock.pass(1000)
    this.socket.received(JSON.stringify([joinRef, ref, topic, event, payload]), false, this.clock.now())
  }

  reply(response: JsonObject, status = 'ok', to = this.last): void {
    this.frame(to.joinRef, to.ref, to.topic, 'phx_reply', { response, status })
  }

  push(event: string, payload: Json, topic = 'lv:phx-1'): void {
    const join = this.sent.findLast((one) => one.topic === topic && one.event === 'phx_join')
    this.frame(join?.ref ?? null, null, topic, event, payload)
  }

  crash(topic = 'lv:phx-1'): void {
    const join = this.sent.findLast((one) => one.topic === topic && one.event === 'phx_join')
    this.frame(join?.ref ?? null, join?.ref ?? null, topic, 'phx_error', {})
  }

  /** Joins, and answers. */
  joined(rendered: JsonObject, version?: string): ViewReply {
    let reply: ViewReply | undefined
    this.view.join((one) => {
      reply = one
    })
    const join = this.sent.findLast((one) => one.topic === 'lv:phx-1')
    this.reply({ rendered, ...(version === undefined ? {} : { liveview_version: version }) }, 'ok', join)
    if (reply === undefined) throw new Error('The join was not answered.')
    return reply
  }
}

/** Replies as they come. */
export const told = (): { readonly replies: ViewReply[]; readonly done: (reply: ViewReply) => void } => {
  const replies: ViewReply[] = []
  return { replies, done: (reply) => replies.push(reply) }
}
