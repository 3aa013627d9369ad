import { lookup } from 'node:dns'
import { createServer, type AddressInfo, Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { monotonic } from '../../src/engine/journey/clock.js'
import { atOnce, Dialling } from '../../src/engine/native/dialling.js'
import { socketFailure } from '../../src/engine/journey/errors.js'
import { httpCaller } from '../../src/engine/native/http/caller.js'
import { originOf, type Origin } from '../../src/engine/native/http/origin.js'
import { HttpPool } from '../../src/engine/native/http/pool.js'
import type { Pending, Reply } from '../../src/engine/journey/reply.js'
import { openSocket } from '../../src/engine/native/socket.js'
import { assertOwnAddresses, portsOfAddress, sourcesOf } from '../../src/engine/native/source-addresses.js'
import { Split } from '../../src/engine/journey/split.js'
import { allWon, target } from './harness.js'

const served = await target(allWon)
const from: Record<string, number> = {}
const bytes: number[] = []
const counting = createServer((socket) => {
  const address = socket.remoteAddress ?? ''
  from[address] = (from[address] ?? 0) + 1
  socket.on('error', () => {})
  socket.on('data', (data) => {
    bytes.push(data[0] ?? 0)
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
})
await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve))
const { port } = counting.address() as AddressInfo
const pools: HttpPool[] = []
afterAll(() => {
  for (const pool of pools) pool.close()
  counting.close()
  served.kill()
})

const poolOf = (origin: Origin, cap: number): HttpPool => {
  const pool = new HttpPool(origin, cap, { bytesSent: 0, bytesReceived: 0, connections: 0 })
  pools.push(pool)
  return pool
}

const seen = (): Record<string, number> => {
  const copy = { ...from }
  for (const address of Object.keys(from)) delete from[address]
  return copy
}

const warmed = async (addresses: readonly string[], plain: number, wanted: number) => {
  const origin = originOf(`http://127.0.0.1:${port}`)
  origin.dialling.from(addresses, plain)
  const failure = await poolOf(origin, wanted).warm(wanted, 1_000_000, () => false)
  // Accepted after we saw it open.
  await new Promise((resolve) => setTimeout(resolve, 50))
  return { failure, seen: seen() }
}

test('beyond what one address is for, connections go out from the others by turns', async () => {
  expect(await warmed(['127.0.0.2', '127.0.0.3'], 4, 10)).toEqual({
    failure: undefined,
    seen: { '127.0.0.1': 4, '127.0.0.2': 3, '127.0.0.3': 3 },
  })
})

test('a connection that is gone gives its place back', async () => {
  const origin = originOf(`http://127.0.0.1:${port}`)
  origin.dialling.from(['127.0.0.2'], 1)
  for (let round = 0; round < 3; round += 1) {
    const socket = openSocket(origin)
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.destroy()
    await new Promise((resolve) => socket.once('close', resolve))
  }
  expect(seen()).toEqual({ '127.0.0.1': 3 })
})

test('an address that has no port gives way to the next; only when none has one it is told', async () => {
  // 203.0.113.0/24 is nobody's (RFC 5737): binding to it fails as an address without a port does.
  const { failure, seen: addresses } = await warmed(['203.0.113.1', '127.0.0.5', '203.0.113.2'], 0, 9)
  expect(failure).toBeUndefined()
  expect(addresses).toEqual({ '127.0.0.5': 9 })
  const none = await warmed(['203.0.113.1', '203.0.113.2'], 0, 3)
  expect(none).toEqual({
    failure: expect.objectContaining({ class: 'generator', reason: 'no_port' }),
    seen: {},
  })
  const inUse = socketFailure(Object.assign(new Error('bind'), { code: 'EADDRINUSE' }))
  expect(inUse).toMatchObject({ class: 'generator', reason: 'no_port' })
})

test('under TLS it is the same', async () => {
  const end = async (addresses: readonly string[]) => {
    const origin = originOf(`https://127.0.0.1:${port}`)
    origin.dialling.from(addresses, 0)
    const socket = openSocket(origin)
    const failed = new Promise<unknown>((resolve) => socket.once('error', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const failure = socketFailure(await failed)
    await closed
    return { reason: failure.reason, seen: seen(), room: origin.dialling.room }
  }
  bytes.length = 0
  expect(await end(['203.0.113.1', '127.0.0.6'])).toEqual({
    reason: 'tls',
    seen: { '127.0.0.6': 1 },
    room: true,
  })
  // It was a hello that arrived, and the answer that was none of TLS.
  expect(bytes).toEqual([0x16])
  expect(await end(['203.0.113.1'])).toEqual({ reason: 'no_port', seen: {}, room: true })
})

const tools = { secrets: {}, hmacSha256: () => '', now: () => 0, figures: {} }

/** A pool whose connections stay on their way until `letGo`. */
const stalled = (cap: number) => {
  const asked: (() => void)[] = []
  let open = false
  const url = new URL(served.url)
  const origin: Origin = {
    ...originOf(served.url.replace('127.0.0.1', 'seats.invalid')),
    lookup: (_, options, done) => {
      const ask = (): void => lookup(url.hostname, options, done)
      if (open) ask()
      else asked.push(ask)
    },
  }
  const pool = poolOf(origin, cap)
  const call = httpCaller({ kind: 'http', method: 'GET', path: '/seats/{seat}' }, tools, {}, [pool])
  const send = (seat: number) => {
    const split = new Split(monotonic())
    let pending: Pending | undefined
    const reply = new Promise<Reply>((resolve) => {
      pending = call(0, { seat }, split, resolve)
    })
    return { split, reply, expire: () => pending?.expire() }
  }
  const letGo = (): void => {
    open = true
    for (const ask of asked.splice(0)) ask()
  }
  return { asked, send, letGo }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

test('a storm of requests has no more connections on their way than a listen queue takes, and loses none', async () => {
  const { asked, send, letGo } = stalled(1_000)
  const sent = Array.from({ length: 3 * atOnce }, (_, seat) => send(seat))
  await turn()
  expect(asked).toHaveLength(atOnce)
  letGo()
  const replies = await Promise.all(sent.map(({ reply }) => reply))
  expect(replies.filter(({ kind }) => kind === 'answered')).toHaveLength(3 * atOnce)
  // They waited for the target, not for us.
  expect(sent.filter(({ split }) => split.of('queue') > 0)).toHaveLength(0)
  expect(sent.filter(({ split }) => split.of('connect') >= 15_000)).toHaveLength(3 * atOnce)
})

test('a request behind connections that the target does not take is a time-out of the target', async () => {
  const { send, letGo } = stalled(1_000)
  const sent = Array.from({ length: atOnce + 1 }, (_, seat) => send(seat))
  await turn()
  const last = sent.at(-1)
  last?.expire()
  expect(await last?.reply).toMatchObject({
    kind: 'timed_out',
    failure: { class: 'target', reason: 'connect_timeout' },
  })
  letGo()
  await Promise.all(sent.map(({ reply }) => reply))
})

test('a request behind a full pool is a time-out of ours', async () => {
  const { send, letGo } = stalled(2)
  const sent = [send(1), send(2), send(3)]
  sent[2]?.expire()
  expect(await sent[2]?.reply).toMatchObject({ failure: { class: 'generator', reason: 'timeout_in_queue' } })
  letGo()
  await Promise.all(sent.map(({ reply }) => reply))
})

test('a distant target may have more on their way, so that it gets as many a second', () => {
  let now = 0
  const dialling = new Dialling(() => now)
  const sockets = Array.from({ length: 2 * atOnce }, () => new Socket())
  const watch = (first: number, end: number): void => {
    for (const socket of sockets.slice(first, end)) dialling.watch(socket, 'connect')
  }
  watch(0, atOnce)
  expect(dialling.room).toBe(false)
  // The first handshake took 20 ms, and is no longer on its way.
  now = 20_000
  sockets[0]?.emit('connect')
  expect(dialling.room).toBe(true)
  watch(atOnce, 2 * atOnce)
  expect(dialling.room).toBe(true)
  dialling.watch(sockets[0] ?? new Socket(), 'connect')
  sockets[0]?.emit('connect')
  // A short handshake says that the target is near after all.
  expect(dialling.room).toBe(false)
  for (const socket of sockets.slice(1, atOnce + 2)) socket.emit('close', false)
  expect(dialling.room).toBe(true)
})

test('the ports of an address are shared out among targets on loopback, and configured addresses by kind', () => {
  const near = sourcesOf(originOf('http://127.0.0.1:4000'), 2, ['10.0.0.7'])
  expect(near.most).toBe(50_000)
  expect(near.plain * 2).toBeLessThanOrEqual(portsOfAddress / 2)
  expect(new Set(near.addresses).size).toBe(near.addresses.length)
  // Both arms at their limit, with no more ports of an address than bind() finds at once.
  expect((near.addresses.length * portsOfAddress) / 4).toBeGreaterThanOrEqual(2 * near.most)
  const named = sourcesOf(originOf('http://shop.example'), 1, ['10.0.0.7', '10.0.0.8', '::1'])
  expect(named).toMatchObject({ addresses: ['10.0.0.7', '10.0.0.8', '::1'], plain: 0 })
  expect(sourcesOf(originOf('http://[2001:db8::1]'), 1, ['10.0.0.7', '::1']).addresses).toEqual(['::1'])
  const alone = sourcesOf(originOf('http://shop.example'), 1, [])
  expect(alone.addresses).toEqual([])
  expect(alone.most).toBeLessThan(portsOfAddress)
  expect(() => assertOwnAddresses(['127.0.0.1'])).not.toThrow()
  expect(() => assertOwnAddresses(['203.0.113.1'])).toThrow(/203\.0\.113\.1 is no address of this machine/)
})
