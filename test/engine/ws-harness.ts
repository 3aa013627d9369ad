import { createHash } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { expect } from 'vitest'
import { originOf } from '../../src/engine/native/http/origin.js'
import type { Wire, WireEvents } from '../../src/engine/journey/live/wire.js'
import type { Failure } from '../../src/engine/journey/errors.js'
import { openWs, type WsRequest } from '../../src/engine/native/ws/index.js'

/** A frame as a server writes it, by another hand than the client's; `first` is its first byte. */
export const serverFrame = (first: number, payload: string | Uint8Array = ''): Buffer => {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(body.length))
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body])
  return body.length < 65_536
    ? Buffer.concat([Buffer.from([first, 126]), size.subarray(6), body])
    : Buffer.concat([Buffer.from([first, 127]), size, body])
}

export const closeFrame = (code: number, reason = ''): Buffer =>
  serverFrame(0x88, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))

export interface ClientFrame {
  readonly first: number
  readonly payload: Buffer
}

/** Reads frames as a client writes them; fails when one is not masked. Those that are cut off are left out. */
export const clientFrames = (bytes: Buffer): ClientFrame[] => {
  const frames: ClientFrame[] = []
  let at = 0
  while (bytes.length - at >= 6) {
    const second = bytes[at + 1] ?? 0
    expect(second & 0x80).toBe(0x80)
    const short = second & 0x7f
    const size = short < 126 ? 0 : short === 126 ? 2 : 8
    const length =
      size === 0 ? short : size === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const from = at + 2 + size + 4
    if (from + length > bytes.length) break
    const payload = Buffer.from(bytes.subarray(from, from + length))
    for (let index = 0; index < length; index += 1)
      payload[index] = (payload[index] ?? 0) ^ (bytes[from - 4 + (index % 4)] ?? 0)
    frames.push({ first: bytes[at] ?? 0, payload })
    at = from + length
  }
  return frames
}

/** The answer that agrees to an upgrade; `extra` are header lines, `accept` another answer to the key. */
export const switching = (request: string, extra = '', accept?: string): string => {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? ''
  const right = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: ${accept ?? right}\r\n${extra}\r\n`
}

export interface Ended {
  readonly closed?: readonly [code: number, reason: string, clean: boolean]
  readonly failed?: Failure
}

/** One client and all that it was told. */
export class Talk implements WireEvents {
  readonly meter = { bytesSent: 0, bytesReceived: 0, connections: 0 }
  readonly messages: { data: string; binary: boolean; at: number; wire: number }[] = []
  readonly times: { connected?: number; opened?: number } = {}
  readonly ends: Ended[] = []
  readonly connection: Wire
  onMessage: (talk: Talk) => void = () => {}
  onOpened: (talk: Talk) => void = () => {}
  private readonly waiting: (() => void)[] = []

  constructor(url: string, part: Partial<WsRequest> = {}) {
    const request = { origin: originOf(url), path: '/', headers: {}, timeout: 5_000_000, ...part }
    this.connection = openWs(request, this, this.meter)
    talks.push(this)
  }

  connected(at: number): void {
    this.times.connected = at
  }

  opened(at: number): void {
    this.times.opened = at
    this.onOpened(this)
    this.wake()
  }

  message(data: Buffer, binary: boolean, at: number, wire: number): void {
    this.messages.push({ data: data.toString(binary ? 'latin1' : 'utf8'), binary, at, wire })
    this.onMessage(this)
    this.wake()
  }

  closed(code: number, reason: string, clean: boolean): void {
    this.ends.push({ closed: [code, reason, clean] })
    this.wake()
  }

  failed(failure: Failure): void {
    this.ends.push({ failed: failure })
    this.wake()
  }

  /** Resolves when it was told enough; rejects when it ends before. */
  async until(enough: () => boolean): Promise<void> {
    while (!enough()) {
      if (this.ends.length > 0) throw new Error(`It ended: ${JSON.stringify(this.ends)}.`)
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  async isOpen(): Promise<void> {
    await this.until(() => this.times.opened !== undefined)
  }

  async end(): Promise<Ended | undefined> {
    while (this.ends.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.ends[0]
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}

const talks: Talk[] = []
const servers: { server: Server; sockets: Set<Socket> }[] = []

/** A server that says what `serve` writes once a whole request is there. */
export async function rawServer(serve: (socket: Socket, request: string) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let request = ''
    const hear = (chunk: Buffer): void => {
      request += chunk.toString('latin1')
      if (!request.endsWith('\r\n\r\n')) return
      socket.off('data', hear)
      serve(socket, request)
    }
    socket.on('data', hear)
  })
  servers.push({ server, sockets })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** Ends all that a test began, and fails when a connection did not end exactly once. */
export async function endAll(): Promise<void> {
  const mine = talks.splice(0)
  for (const { connection } of mine) connection.destroy()
  await Promise.all(mine.map((talk) => talk.end()))
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  expect(mine.map(({ ends }) => ends.length)).toEqual(mine.map(() => 1))
}
