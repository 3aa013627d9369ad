import { randomUUID } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import { messageOf } from '../errors.js'
import type { App, UserCaller } from '../kernel.js'
import { complain } from '../log.js'
import { pushFrame, readBinary, readText, replyFrame, type Message } from './frames.js'
import type { Client, Content, Frame, Joined, ServerChannel, SocketEndpoint } from './kernel.js'

/** A channel between its join and its end. */
interface Member {
  readonly topic: string
  readonly joinRef: string
  channel: ServerChannel | undefined
  /** What it was sent is handled one after another, beside the other channels. */
  turn: Promise<void>
  /** How it ended, or is to end once its join is answered. */
  ended: 'phx_close' | 'phx_error' | undefined
}

/** A peer that does not answer a close frame within this time is cut off. Milliseconds. */
const closePatienceMs = 2_000

const nothing = '{}'
const because = (reason: string): string => JSON.stringify({ reason })

const bufferOf = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)

/** Who connects, with what the upgrade told. */
export interface Visitor {
  readonly endpoint: SocketEndpoint
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly caller: UserCaller | undefined
}

/** One WebSocket of a client and its channels, as a Phoenix socket process runs them (phoenix-wire §2, Semantics). */
export class Connection implements Client {
  readonly id = randomUUID()
  readonly endpoint: SocketEndpoint
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly caller: UserCaller | undefined
  /** When something last came, by performance.now(). */
  heardAt = performance.now()
  readonly #members = new Map<string, Member>()
  readonly #inbox: Message[] = []
  /** What waits while a join runs: the process that would send it is busy. */
  #outbox: Frame[] = []
  #waiting = 0
  #working = false
  #joining = false
  #closed = false
  /** With which code this side closed it. */
  #code: number | undefined

  constructor(
    readonly app: App,
    readonly ws: WebSocket,
    visitor: Visitor,
    /** Told once, with the code of the close. */
    readonly gone: (code: number) => void,
  ) {
    this.endpoint = visitor.endpoint
    this.params = visitor.params
    this.headers = visitor.headers
    this.caller = visitor.caller
    const alive = (): void => {
      this.heardAt = performance.now()
    }
    ws.on('message', (data, isBinary) => {
      alive()
      this.#receive(bufferOf(data), isBinary)
    })
    ws.on('ping', alive)
    ws.on('pong', alive)
    // Every error is followed by a close.
    ws.on('error', () => undefined)
    ws.once('close', (code) => this.#over(code))
  }

  get backlog(): number {
    return this.ws.bufferedAmount + this.#waiting
  }

  /** A join is being made, so that the client's frames wait unread. */
  get busy(): boolean {
    return this.#joining
  }

  push(joinRef: string | null, ref: string | null, topic: string, event: string, payload: Content): void {
    this.send(pushFrame(joinRef, ref, topic, event, payload))
  }

  send(frame: Frame): void {
    if (!this.#joining) return this.#write(frame)
    this.#outbox.push(frame)
    this.#waiting += frame.data.length
    this.#checkBacklog()
  }

  close(code: number, reason: string): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.#code = code
    this.ws.close(code, reason)
    setTimeout(() => this.ws.terminate(), closePatienceMs).unref()
  }

  #write({ data, binary }: Frame): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.ws.send(data, { binary })
    this.#checkBacklog()
  }

  // 1011, as for anything that keeps a server from going on: the client may come back, which 1008 would deny it.
  #checkBacklog(): void {
    const most = this.app.settings.socket_backlog_bytes
    if (most === 0 || this.backlog <= most || this.ws.readyState !== this.ws.OPEN) return
    this.app.metrics.count('voelgoedevents_sockets_overrun_total')
    this.close(1011, 'reads too slowly')
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    const message = isBinary ? readBinary(data) : readText(data.toString('utf8'))
    if (message === undefined) return this.close(1011, 'not a frame of serializer 2')
    this.#inbox.push(message)
    if (!this.#working) void this.#work()
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let message = this.#inbox.shift(); message !== undefined; message = this.#inbox.shift()) {
      if (message.event === 'phx_join') await this.#join(message)
      else this.#take(message)
    }
    this.#working = false
  }

  #reply(message: Message, status: 'ok' | 'error', response: Content, joinRef = message.joinRef): void {
    this.send(replyFrame(joinRef, message.ref, message.topic, status, response))
  }

  async #join(message: Message): Promise<void> {
    const { topic } = message
    const old = this.#members.get(topic)
    if (old !== undefined) this.#remove(old, 'phx_close')
    this.#joining = true
    this.ws.pause()
    const member: Member = {
      topic,
      joinRef: message.joinRef ?? message.ref ?? '',
      channel: undefined,
      turn: Promise.resolve(),
      ended: undefined,
    }
    const joined = await this.#attempt(message, member)
    this.#joining = false
    this.heardAt = performance.now()
    this.ws.resume()
    const waiting = this.#outbox
    this.#outbox = []
    this.#waiting = 0
    if (joined === 'unmatched') this.#reply(message, 'error', because('unmatched topic'), null)
    else this.#reply(message, joined.status, joined.response)
    // The close of a replaced channel trails the answer to its successor.
    if (old !== undefined) this.#tellEnd(old)
    for (const frame of waiting) this.#write(frame)
    if (joined !== 'unmatched' && joined.status === 'ok') this.#admit(member, joined.channel)
  }

  #admit(member: Member, channel: ServerChannel): void {
    member.channel = channel
    this.#members.set(member.topic, member)
    if (this.#closed) this.#remove(member, 'phx_close')
    else if (member.ended !== undefined) this.#end(member, member.ended)
  }

  async #attempt(message: Message, member: Member): Promise<Joined | 'unmatched'> {
    const { topic, payload } = message
    const { endpoint, app } = this
    const handler = endpoint.topics.find(({ prefix }) => topic.startsWith(prefix))
    if (handler === undefined) return 'unmatched'
    const { socket_max_channels: most } = app.settings
    if (most > 0 && this.#members.size >= most)
      return { status: 'error', response: because('too many channels joined') }
    const { joinRef } = member
    try {
      if (payload instanceof Uint8Array) throw new TypeError('the payload of a join must be JSON')
      const delay = app.seams.joinDelay(topic)
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
      return await handler.join(app, {
        client: this,
        topic,
        joinRef,
        payload,
        push: (event, content) => {
          if (member.ended === undefined) this.push(joinRef, null, topic, event, content)
        },
        end: (how) => this.#end(member, how),
      })
    } catch (error) {
      app.metrics.count('voelgoedevents_channel_crashes_total', 'during="join"')
      complain(`A join crashed: ${messageOf(error)}`)
      return { status: 'error', response: because('join crashed') }
    }
  }

  #take(message: Message): void {
    const { topic, event, joinRef } = message
    if (topic === 'phoenix' && event === 'heartbeat') return this.#reply(message, 'ok', nothing, null)
    const member = this.#members.get(topic)
    if (member === undefined) {
      if (event === 'phx_leave') return this.#reply(message, 'ok', nothing)
      return this.#reply(message, 'error', because('unmatched topic'), null)
    }
    if (joinRef !== null && joinRef !== member.joinRef) return
    member.turn = member.turn.then(() => this.#handle(member, message))
  }

  async #handle(member: Member, message: Message): Promise<void> {
    const { channel, joinRef } = member
    if (member.ended !== undefined || channel === undefined) return
    const { event, payload } = message
    if (event === 'phx_leave') {
      this.#reply(message, 'ok', nothing, joinRef)
      return this.#end(member, 'phx_close')
    }
    try {
      const reply = (status: 'ok' | 'error', response: Content): void => {
        if (member.ended === undefined) this.#reply(message, status, response, joinRef)
      }
      if (!(payload instanceof Uint8Array)) await channel.handle(event, payload, reply)
      else if (channel.handleBinary !== undefined) await channel.handleBinary(event, payload, reply)
      else throw new TypeError('the channel takes no binary push')
    } catch (error) {
      this.app.metrics.count('voelgoedevents_channel_crashes_total', 'during="event"')
      complain(`A channel crashed: ${messageOf(error)}`)
      this.#end(member, 'phx_error')
    }
  }

  #end(member: Member, how: 'phx_close' | 'phx_error'): void {
    // Its join is not answered yet.
    if (member.channel === undefined) member.ended ??= how
    else if (this.#remove(member, how)) this.#tellEnd(member)
  }

  #tellEnd({ joinRef, topic, ended }: Member): void {
    if (ended !== undefined) this.push(joinRef, joinRef, topic, ended, nothing)
  }

  /** False when it was removed before. */
  #remove(member: Member, how: 'phx_close' | 'phx_error'): boolean {
    const { topic, channel } = member
    if (channel === undefined || this.#members.get(topic) !== member) return false
    member.ended ??= how
    this.#members.delete(topic)
    try {
      channel.left()
    } catch (error) {
      complain(`A channel failed at its end: ${messageOf(error)}`)
    }
    return true
  }

  #over(code: number): void {
    this.#closed = true
    this.#inbox.length = 0
    for (const member of this.#members.values()) this.#remove(member, 'phx_close')
    this.gone(this.#code ?? code)
  }
}
