import { once } from 'node:events'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'

type Head = readonly [joinRef: string | null, ref: string | null, topic: string, event: string]

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** A binary push as a server reads it: four lengths, four names, data. Written apart from the code under test. */
const readBinary = (data: Buffer): { head: Head; payload: string } => {
  const names: string[] = []
  let at = 5
  for (const length of data.subarray(1, 5)) {
    names.push(data.toString('utf8', at, at + length))
    at += length
  }
  const [joinRef = '', ref = '', topic = '', event = ''] = names
  return { head: [joinRef, ref, topic, event], payload: data.toString('hex', at) }
}

const readText = (text: string): { head: Head; payload: string } => {
  const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [...Head, object]
  return { head: [joinRef, ref, topic, event], payload: JSON.stringify(payload) }
}

/** A scripted Phoenix server. It keeps what it got as lines, with refs named in the order in which they first came. */
export class OracleServer {
  readonly log: string[] = []
  /** Apart from the log: a client may dial anew before the server sees the end of the handshake. */
  readonly closes: string[] = []
  /** On its first connection. */
  heartbeatsAnswered = Infinity
  private readonly refs = new Map<string, number>()
  private readonly joins = new Map<string, string>()
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })

  constructor() {
    this.server.on('connection', (socket) => {
      this.log.push('open')
      socket.on('message', (data, isBinary) => this.received(socket, bytesOf(data), isBinary))
      socket.on('close', (code, reason) => this.closes.push(`${code} ${reason.toString()}`))
    })
  }

  /** Its address, once it listens. */
  async url(): Promise<string> {
    if (this.server.address() === null) await once(this.server, 'listening')
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `ws://127.0.0.1:${address.port}/socket`
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate()
    await new Promise((done) => this.server.close(done))
  }

  private received(socket: WebSocket, data: Buffer, isBinary: boolean): void {
    const { head, payload } = isBinary ? readBinary(data) : readText(data.toString())
    const [joinRef, ref, topic, event] = head
    this.log.push([this.name(joinRef), this.name(ref), topic, event, payload].join(' '))
    if (event === 'heartbeat' && this.isSilent()) return
    const say = (jr: string | null, r: string | null, what: string, body: object): void =>
      socket.send(JSON.stringify([jr, r, topic, what, body]))
    const reply = (status: string, response: object): void =>
      say(joinRef, ref, 'phx_reply', { status, response })
    switch (event) {
      case 'phx_join':
        return this.join(head, reply, say)
      case 'phx_leave':
        reply('ok', {})
        return say(joinRef, joinRef, 'phx_close', {})
      case 'refuse':
        return reply('error', { reason: 'sold_out' })
      case 'silent':
        return
      case 'crash':
        return say(joinRef, joinRef, 'phx_error', {})
      case 'end':
        return say(joinRef, joinRef, 'phx_close', {})
      case 'drop':
        return socket.close((JSON.parse(payload) as { code: number }).code)
      case 'notify':
        say(null, null, 'to_all', { n: 1 })
        say(joinRef, null, 'to_you', { n: 2 })
        say('other', null, 'to_an_old_join', { n: 3 })
        return reply('ok', {})
      case 'up':
        return socket.send(binaryReply(head, payload))
      default:
        return reply('ok', isBinary ? {} : (JSON.parse(payload) as object))
    }
  }

  private join(
    [joinRef, , topic]: Head,
    reply: (status: string, response: object) => void,
    say: (jr: string | null, r: string | null, what: string, body: object) => void,
  ): void {
    const before = this.joins.get(topic)
    this.joins.set(topic, joinRef ?? '')
    if (before === undefined && topic === 'room:busy') return reply('error', { reason: 'busy' })
    if (before === undefined && topic === 'room:slow') return
    if (before !== undefined && topic === 'room:slow') {
      say(before, before, 'phx_reply', { status: 'ok', response: { late: true } })
    }
    reply('ok', { n: this.joins.size })
  }

  private isSilent(): boolean {
    if (this.log.filter((line) => line === 'open').length > 1) return false
    this.heartbeatsAnswered -= 1
    return this.heartbeatsAnswered < 0
  }

  private name(ref: string | null): string {
    if (ref === null) return '-'
    const known = this.refs.get(ref) ?? this.refs.size + 1
    this.refs.set(ref, known)
    return `r${known}`
  }
}

const binaryReply = ([joinRef, ref, topic]: Head, hex: string): Buffer => {
  const names = [joinRef ?? '', ref ?? '', topic, 'ok'].map((name) => Buffer.from(name))
  return Buffer.concat([
    Buffer.from([1, ...names.map(({ length }) => length)]),
    ...names,
    Buffer.from(hex, 'hex'),
  ])
}
