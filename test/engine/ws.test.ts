import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { endAll, Talk } from './ws-harness.js'

const cleanups: (() => Promise<unknown> | void)[] = []

afterEach(async () => {
  await endAll()
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' ? (address?.port ?? 0) : 0

/** A server by the `ws` package, with its usual options but no limit of size. */
const serve = async (
  greet: (peer: WebSocket, request: IncomingMessage) => void,
  options: { verifyClient?: () => boolean } = {},
): Promise<string> => {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: true,
    maxPayload: 0,
    ...options,
  })
  server.on('connection', greet)
  await new Promise((resolve) => server.once('listening', resolve))
  cleanups.push(() => {
    for (const peer of server.clients) peer.terminate()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${portOf(server.address())}`
}

const echo = (peer: WebSocket): void => {
  peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }))
}

test('text and bytes of every size come back as they went, and every byte is counted', async () => {
  const talk = new Talk(await serve(echo))
  await talk.isOpen()
  const asked = talk.meter.bytesSent
  const read = talk.meter.bytesReceived
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 1_000_000]
  let written = 0
  for (const size of sizes) {
    written += talk.connection.send('é'.repeat(size / 2) + 'x'.repeat(size % 2))
    written += talk.connection.send(Buffer.from(Array.from({ length: size }, (_, index) => index % 253)))
  }
  await talk.until(() => talk.messages.length === 2 * sizes.length)
  expect(talk.meter.bytesSent - asked).toBe(written)
  let wire = 0
  for (const [index, size] of sizes.entries()) {
    const [text, bytes] = talk.messages.slice(2 * index, 2 * index + 2)
    expect([text?.binary, bytes?.binary]).toEqual([false, true])
    expect(text?.data === 'é'.repeat(size / 2) + 'x'.repeat(size % 2)).toBe(true)
    const expected = Buffer.from(Array.from({ length: size }, (_, at) => at % 253))
    expect(Buffer.from(bytes?.data ?? '', 'latin1').equals(expected)).toBe(true)
    wire += (text?.wire ?? 0) + (bytes?.wire ?? 0)
  }
  expect(talk.meter.bytesReceived - read).toBe(wire)
  expect(written - wire).toBe(4 * 2 * sizes.length)
})

test('the upgrade asks for what it was told, and for no extension', async () => {
  let asked: IncomingMessage | undefined
  const url = await serve((_, request) => (asked = request))
  const headers = { origin: 'http://shop.test', cookie: '_key=ü1', 'sec-websocket-protocol': 'phoenix' }
  const talk = new Talk(`${url}/base/`, { path: '/live/websocket?vsn=2.0.0&_csrf_token=a%2Bb', headers })
  await talk.isOpen()
  expect(asked?.url).toBe('/base/live/websocket?vsn=2.0.0&_csrf_token=a%2Bb')
  expect(asked?.headers).toMatchObject({
    origin: 'http://shop.test',
    host: url.slice(7),
    'sec-websocket-version': '13',
  })
  expect(Buffer.from(asked?.headers.cookie ?? '', 'latin1').toString()).toBe('_key=ü1')
  expect(asked?.headers).not.toHaveProperty('sec-websocket-extensions')
  expect(talk.meter.connections).toBe(1)
})

test('a server that refuses is named by its status', async () => {
  const url = await serve(echo, { verifyClient: () => false })
  expect((await new Talk(url).end())?.failed).toMatchObject({ class: 'target', reason: 'upgrade_401' })
})

test('fragments are put together, with pings between them that are answered and pongs that are not', async () => {
  const pongs: string[] = []
  const url = await serve((peer) => {
    peer.on('pong', (data) => pongs.push(data.toString()))
    peer.on('ping', () => pongs.push('a ping'))
    peer.send('se', { fin: false })
    peer.ping('between')
    peer.pong('unasked')
    peer.send('at ', { fin: false })
    peer.send('12', { fin: true })
    peer.ping()
    peer.on('message', () => peer.send('last'))
  })
  const talk = new Talk(url)
  talk.onMessage = () => talk.messages.length === 1 && talk.connection.send('heard')
  await talk.until(() => talk.messages.length === 2)
  expect(talk.messages.map(({ data }) => data)).toEqual(['seat 12', 'last'])
  expect(pongs).toEqual(['between', ''])
})

test('each close of the server comes with its code and reason, and is answered', async () => {
  const closes = [
    [1000, ''],
    [1001, 'forced'],
    [1012, 'restart'],
    [4001, 'ü'],
    [undefined, ''],
  ] as const
  for (const [code, reason] of closes) {
    let answered: number | undefined
    const url = await serve((peer) => {
      peer.on('close', (seen) => (answered = seen))
      setTimeout(() => peer.close(code, reason), 5)
    })
    expect((await new Talk(url).end())?.closed).toEqual([code ?? 1005, reason, true])
    await expect.poll(() => answered).toBe(code ?? 1005)
  }
})

test('a close of ours is seen by the server and ends clean', async () => {
  let seen: unknown
  const url = await serve(
    (peer) => void peer.on('close', (code, reason) => (seen = [code, reason.toString()])),
  )
  const talk = new Talk(url)
  await talk.isOpen()
  talk.connection.close(1000, 'bye ü')
  expect((await talk.end())?.closed).toEqual([1000, 'bye ü', true])
  await expect.poll(() => seen).toEqual([1000, 'bye ü'])
})

test('a server that is killed leaves no close frame', async () => {
  const url = await serve((peer) => void setTimeout(() => peer.terminate(), 20))
  const { closed } = (await new Talk(url).end()) ?? {}
  expect(closed?.[0]).toBe(1006)
  expect(closed?.[2]).toBe(false)
})

test('a message of 20 MB closes the connection, and the server learns why', async () => {
  let seen: unknown
  const url = await serve((peer) => {
    peer.on('close', (code, reason) => (seen = [code, reason.toString()]))
    peer.send(Buffer.alloc(20_000_000))
  })
  const talk = new Talk(url)
  expect((await talk.end())?.closed).toEqual([1009, 'message_too_big', false])
  expect(talk.messages).toEqual([])
  await expect.poll(() => seen).toEqual([1009, 'message_too_big'])
  const patient = new Talk(url, { maxMessage: 20_000_000 })
  await patient.until(() => patient.messages.length === 1)
  expect(patient.messages[0]).toMatchObject({ binary: true, wire: 20_000_010 })
})

test('200 connections talk through one buffer and hear only what is theirs', async () => {
  const url = await serve(echo)
  const talks = Array.from({ length: 200 }, () => new Talk(url))
  await Promise.all(talks.map((talk) => talk.isOpen()))
  const said = (index: number) => [`seat ${index}`, `${index}`.repeat(30_000), 'end']
  for (const [index, talk] of talks.entries()) for (const text of said(index)) talk.connection.send(text)
  await Promise.all(talks.map((talk) => talk.until(() => talk.messages.length === 3)))
  for (const [index, talk] of talks.entries())
    expect(talk.messages.every(({ data }, at) => data === said(index)[at])).toBe(true)
})

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasOpenssl)(
  'TLS: a stranger’s certificate is refused, a trusted one carries all (needs openssl)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vge-perf-ws-'))
    cleanups.push(() => rmSync(folder, { recursive: true }))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) })
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', echo)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => {
      for (const peer of sockets.clients) peer.terminate()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    const url = `https://127.0.0.1:${portOf(server.address())}`
    expect((await new Talk(url).end())?.failed).toMatchObject({ class: 'target', reason: 'tls' })

    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    cleanups.push(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'])
    const talks = [new Talk(url), new Talk(url)]
    await Promise.all(talks.map((talk) => talk.isOpen()))
    for (const [index, talk] of talks.entries()) {
      talk.connection.send(`${index}`.repeat(200_000))
      talk.connection.send('short')
    }
    for (const [index, talk] of talks.entries()) {
      await talk.until(() => talk.messages.length === 2)
      expect(talk.messages.map(({ data }) => data)).toEqual([`${index}`.repeat(200_000), 'short'])
      talk.connection.close(1000, '')
      expect((await talk.end())?.closed).toEqual([1000, '', true])
    }
  },
)
