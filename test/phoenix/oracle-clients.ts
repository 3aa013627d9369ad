import { Socket, type Channel as RealChannel, type Push } from 'phoenix'
import { WebSocket, type RawData } from 'ws'
import { PhoenixSocket, type Channel, type ChannelReply } from '../../src/phoenix/socket.js'
import type { Timers } from '../../src/phoenix/timers.js'

/** How long things take in these tests: so much shorter than in a browser. */
const speed = 20

/** What both clients can do. Times in milliseconds; what came back is `ok`, `error` or `timeout`, with the response. */
export interface Client {
  open(): Promise<void>
  /** A new channel on the topic, joined. */
  join(topic: string, timeout?: number): Promise<string>
  /** On the last channel of the topic. */
  push(topic: string, event: string, payload: object | Uint8Array, timeout?: number): Promise<string>
  leave(topic: string): Promise<string>
  /** Joins that were answered ok, rejoins too. */
  readonly joined: number
  readonly heard: readonly string[]
  end(): Promise<void>
}

const shown = (status: string, response: unknown): string => {
  if (response instanceof ArrayBuffer) return `${status} ${Buffer.from(response).toString('hex')}`
  return status === 'timeout' ? status : `${status} ${JSON.stringify(response)}`
}

const events = ['to_all', 'to_you', 'to_an_old_join']

/** The npm client of Phoenix, over ws. */
export class RealClient implements Client {
  joined = 0
  readonly heard: string[] = []
  private readonly socket: Socket
  private readonly channels = new Map<string, RealChannel>()

  constructor(url: string, heartbeat: number) {
    this.socket = new Socket(url, {
      transport: WebSocket,
      heartbeatIntervalMs: heartbeat,
      rejoinAfterMs: (tries) => ([1000, 2000, 5000][tries - 1] ?? 10_000) / speed,
    })
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((done) => this.socket.onOpen(done))
    this.socket.connect()
    await opened
  }

  async join(topic: string, timeout = 2_000): Promise<string> {
    const channel = this.socket.channel(topic, { token: 'x' })
    this.channels.set(topic, channel)
    for (const event of events)
      channel.on(event, (body) => this.heard.push(`${event} ${JSON.stringify(body)}`))
    const push = channel.join(timeout).receive('ok', () => (this.joined += 1))
    return this.answer(push)
  }

  async push(topic: string, event: string, payload: object | Uint8Array, timeout = 2_000): Promise<string> {
    const body = payload instanceof Uint8Array ? new Uint8Array(payload).buffer : payload
    return this.answer(this.of(topic).push(event, body, timeout))
  }

  async leave(topic: string): Promise<string> {
    return this.answer(this.of(topic).leave(2_000))
  }

  async end(): Promise<void> {
    await new Promise<void>((done) => this.socket.disconnect(done, 1000, ''))
  }

  private of(topic: string): RealChannel {
    const channel = this.channels.get(topic)
    if (channel === undefined) throw new Error(`no channel ${topic}`)
    return channel
  }

  private async answer(push: Push): Promise<string> {
    return new Promise((done) => {
      for (const status of ['ok', 'error', 'timeout'])
        push.receive(status, (body) => done(shown(status, body)))
    })
  }
}

const timers: Timers = {
  now: () => performance.now() * 1000 * speed,
  after: (delay, sleeper) => setTimeout(() => sleeper.ring(), delay / 1000 / speed),
}

const micros = (milliseconds: number): number => milliseconds * 1000 * speed

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data))).toString()

/** The code under test, over ws. */
export class OurClient implements Client {
  joined = 0
  readonly heard: string[] = []
  private readonly socket: PhoenixSocket
  private readonly channels = new Map<string, Channel>()
  private connection: WebSocket | undefined

  constructor(
    private readonly url: string,
    heartbeat: number,
  ) {
    this.socket = new PhoenixSocket({
      timers,
      heartbeatEvery: micros(heartbeat),
      reconnect: { dial: () => this.dial(), backoff: { kind: 'faithful' } },
    })
  }

  async open(): Promise<void> {
    const connection = this.dial()
    await new Promise((done) => connection.once('open', done))
  }

  async join(topic: string, timeout = 2_000): Promise<string> {
    const channel = this.socket.channel(topic, () => ({ token: 'x' }), {
      message: ({ event, text }) => this.heard.push(`${event} ${text}`),
      rejoined: ({ status }) => (this.joined += status === 'ok' ? 1 : 0),
    })
    this.channels.set(topic, channel)
    return this.answer((done) =>
      channel.join(micros(timeout), (reply) => {
        this.joined += reply.status === 'ok' ? 1 : 0
        done(reply)
      }),
    )
  }

  async push(topic: string, event: string, payload: object | Uint8Array, timeout = 2_000): Promise<string> {
    const body = payload instanceof Uint8Array ? payload : { ...payload }
    return this.answer((done) => this.channels.get(topic)?.push(event, body, micros(timeout), done))
  }

  async leave(topic: string): Promise<string> {
    return this.answer((done) => this.channels.get(topic)?.leave(micros(2_000), done))
  }

  async end(): Promise<void> {
    const { connection } = this
    const closed = new Promise((done) => connection?.once('close', done))
    const wasOpen = this.socket.isOpen
    this.socket.disconnect()
    if (wasOpen) await closed
  }

  private dial(): WebSocket {
    const connection = new WebSocket(`${this.url}/websocket?vsn=2.0.0`, { perMessageDeflate: false })
    this.connection = connection
    connection.on('open', () =>
      this.socket.opened({
        send: (data) => connection.send(data),
        close: (code, reason) => connection.close(code, reason),
      }),
    )
    connection.on('message', (data, isBinary) => {
      const given = isBinary && !Array.isArray(data) ? new Uint8Array(data) : textOf(data)
      this.socket.received(given, isBinary, timers.now())
    })
    connection.on('close', (code, reason) => this.socket.closed(code, reason.toString()))
    connection.on('error', () => undefined)
    return connection
  }

  private async answer(ask: (done: (reply: ChannelReply) => void) => void): Promise<string> {
    const { status, response, bytes } = await new Promise<ChannelReply>((done) => ask(done))
    if (bytes !== undefined) return shown(status, new Uint8Array(bytes).buffer)
    return shown(status === 'timed_out' ? 'timeout' : status, response)
  }
}
