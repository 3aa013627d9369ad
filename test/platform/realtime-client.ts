import { Socket, type Channel, type Push } from 'phoenix'
import { WebSocket } from 'ws'
import type { TestNode } from './stores.js'
import type { Tenant } from './tenant.js'

export type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Everything that the contract names in §7. */
const words = [
  'seat_held',
  'seat_released',
  'seat_sold',
  'occupancy_updated',
  'ticket_issued',
  'checkout_started',
  'checkout_completed',
  'checkout_abandoned',
  'ticket_admitted',
  'ticket_denied',
  'gate_occupancy_updated',
]

export interface Heard {
  readonly topic: string
  readonly event: string
  readonly payload: Fields
}

export const topicOf = (tenant: Tenant, domain = 'seating'): string =>
  `org:${tenant.org}:event:${tenant.event}:${domain}`

export const socketUrl = ({ url }: TestNode): string => `${url.replace('http', 'ws')}/socket`

export const until = async (come: () => boolean | Promise<boolean>, what = 'it'): Promise<void> => {
  const end = Date.now() + 10_000
  while (!(await come())) {
    if (Date.now() > end) throw new Error(`${what} did not come true within 10 s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The unmodified npm client of Phoenix, listening to whatever is said on the topics that it joins. */
export class Listener {
  readonly heard: Heard[] = []
  readonly codes: number[] = []
  readonly #socket: Socket

  constructor(node: TestNode, token: string | undefined) {
    const options = {
      transport: WebSocket,
      params: { token },
      rejoinAfterMs: () => 20,
      reconnectAfterMs: () => 20,
    }
    this.#socket = new Socket(socketUrl(node), options)
    this.#socket.onClose(({ code }) => this.codes.push(code))
    this.#socket.connect()
  }

  channel(topic: string): Channel {
    const channel = this.#socket.channel(topic)
    for (const event of words)
      channel.on(event, (payload) => this.heard.push({ topic, event, payload: fieldsOf(payload) }))
    return channel
  }

  /** What the join of a new channel was answered: `ok` or `error`, and the response. */
  async join(topic: string): Promise<{ channel: Channel; status: string; response: Fields }> {
    const channel = this.channel(topic)
    const { status, response } = await answered(channel.join())
    // The client would try again for ever.
    if (status === 'error') channel.leave()
    return { channel, status, response: fieldsOf(response) }
  }

  /** What was heard of one event, or of all. */
  said(event?: string): Fields[] {
    return this.heard
      .filter((one) => event === undefined || one.event === event)
      .map(({ payload }) => payload)
  }

  /** The client's own word that it is done comes 150 ms later; nobody waits for it. */
  end(): void {
    this.#socket.disconnect(undefined, 1000, '')
  }
}

export const answered = (push: Push): Promise<{ status: string; response: unknown }> =>
  new Promise((resolve) => {
    for (const status of ['ok', 'error', 'timeout'])
      push.receive(status, (response) => resolve({ status, response }))
  })

/** A bare WebSocket that speaks frames, for what the npm client never does. */
export class Bare {
  readonly frames: unknown[][] = []
  /** Set when it is closed. */
  code: number | undefined

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data, isBinary) => {
      if (isBinary || Array.isArray(data)) return
      const frame: unknown = JSON.parse(Buffer.from(new Uint8Array(data)).toString())
      if (Array.isArray(frame)) this.frames.push(frame)
    })
    ws.on('error', () => undefined)
    ws.on('close', (code) => (this.code = code))
  }

  /** A connection, or the status by which it was refused. */
  static open(url: string, headers: Record<string, string> = {}): Promise<Bare | number> {
    return new Promise((resolve) => {
      const ws = new WebSocket(url, { headers, perMessageDeflate: true })
      const bare = new Bare(ws)
      ws.once('open', () => resolve(bare))
      ws.once('unexpected-response', (_request, response) => {
        response.resume()
        ws.terminate()
        resolve(response.statusCode ?? 0)
      })
    })
  }

  /** As `open`, for a connection that must come about. */
  static async to(node: TestNode, token: string | undefined): Promise<Bare> {
    const opened = await Bare.open(`${socketUrl(node)}/websocket?token=${token ?? ''}&vsn=2.0.0`)
    if (typeof opened === 'number') throw new Error(`the socket was refused with ${opened}`)
    return opened
  }

  send(...frame: unknown[]): void {
    this.ws.send(JSON.stringify(frame))
  }

  /** Waits for the frame that fits. */
  async frame(fits: (frame: readonly unknown[]) => boolean): Promise<readonly unknown[]> {
    await until(() => this.frames.some(fits), 'the frame')
    return this.frames.find(fits) ?? []
  }

  /** Waits for the answer to a ref. */
  async reply(ref: string): Promise<readonly unknown[]> {
    return this.frame(([, its, , event]) => its === ref && event === 'phx_reply')
  }

  async closed(): Promise<number> {
    await until(() => this.code !== undefined, 'the close')
    return this.code ?? 0
  }
}
