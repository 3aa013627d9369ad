import { createServer, type AddressInfo } from 'node:net'
import { afterAll, expect, test, vi } from 'vitest'
import type { RequestTools } from '../../src/model/contract.js'
import { monotonic } from '../../src/engine/journey/clock.js'
import { socketFailure } from '../../src/engine/journey/errors.js'
import { httpCaller } from '../../src/engine/native/http/caller.js'
import { originOf, type Origin } from '../../src/engine/native/http/origin.js'
import { HttpPool } from '../../src/engine/native/http/pool.js'
import { checkDescriptors, descriptorLimit } from '../../src/engine/native/limits.js'
import type { Pending, Reply } from '../../src/engine/journey/reply.js'
import { Split } from '../../src/engine/journey/split.js'
import { UserError } from '../../src/model/errors.js'
import { allWon, target } from './harness.js'

const pools: HttpPool[] = []
const served = await target((request, response) => void setTimeout(() => allWon(request, response), 100))
afterAll(() => {
  for (const pool of pools) pool.close()
  served.kill()
})

const tools: RequestTools = { secrets: {}, hmacSha256: () => '', now: () => 0, figures: {} }

const poolOf = (cap: number, url = served.url) => {
  const meter = { bytesSent: 0, bytesReceived: 0, connections: 0 }
  const pool = new HttpPool(originOf(url), cap, meter)
  pools.push(pool)
  const call = httpCaller({ kind: 'http', method: 'GET', path: '/seats/{seat}' }, tools, {}, [pool])
  const send = (seat: number) => {
    const split = new Split(monotonic())
    let pending: Pending | undefined
    const reply = new Promise<Reply>((resolve) => {
      pending = call(0, { seat }, split, resolve)
    })
    return { split, reply, expire: () => pending?.expire() }
  }
  return { pool, meter, send }
}

/** Until its request is on the wire, and only the answer is missing. */
const asked = (one: { split: Split } | undefined): Promise<void> =>
  vi.waitUntil(() => one?.split.stage === 'wait', { interval: 1, timeout: 10_000 }).then(() => undefined)

test('requests beyond the cap wait their turn in order, and that time is their queue', async () => {
  const { send, meter } = poolOf(1)
  const order: number[] = []
  const sent = [1, 2, 3].map((seat) => {
    const one = send(seat)
    void one.reply.then(() => order.push(seat))
    return one
  })
  await Promise.all(sent.map(({ reply }) => reply))
  expect(order).toEqual([1, 2, 3])
  expect(meter.connections).toBe(1)
  const [first = 0, second = 0, third = 0] = sent.map(({ split }) => split.of('queue'))
  // Each answer takes a tenth of a second, and on a busy machine more.
  expect([second - first, third - second].every((wait) => wait > 90_000)).toBe(true)
  expect(sent[0]?.split.of('connect')).toBeGreaterThan(0)
  expect(sent[1]?.split.of('connect')).toBe(0)
})

test('a time-out in the queue is the generator’s, one after sending the target’s', async () => {
  const { send } = poolOf(1)
  const [first, second] = [send(1), send(2)]
  await asked(first)
  second.expire()
  first.expire()
  expect(await second.reply).toMatchObject({
    kind: 'failed',
    failure: { class: 'generator', reason: 'timeout_in_queue' },
  })
  expect(await first.reply).toMatchObject({
    kind: 'timed_out',
    failure: { class: 'target', reason: 'timeout' },
  })
  expect(await send(3).reply).toMatchObject({ kind: 'answered', answer: '200' })
})

test('a time-out is the generator’s when most of it went by in the queue, though it was sent at last', async () => {
  const { send } = poolOf(1)
  const [first, second, third] = [send(1), send(2), send(3)]
  await second.reply
  await asked(third)
  third.expire()
  expect(await first.reply).toMatchObject({ kind: 'answered' })
  expect(await third.reply).toMatchObject({
    kind: 'failed',
    failure: { class: 'generator', reason: 'timeout_in_queue' },
  })
})

test('those behind a target that answers nobody are told apart, and none is said not to be connected', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const { pool, send } = poolOf(1, `http://127.0.0.1:${port}`)
  const sent = Array.from({ length: 6 }, (_, seat) => send(seat))
  await asked(sent[0])
  // Longer than it takes to dial anew: most of the time of those behind must be their queue.
  await new Promise((resolve) => setTimeout(resolve, 300))
  // As the deadline does: the oldest first, whose connection the next one then opens anew.
  for (const { expire } of sent) expire()
  const replies = await Promise.all(sent.map(({ reply }) => reply))
  const failures = replies.map((reply) =>
    'failure' in reply ? `${reply.failure.class} ${reply.failure.reason}` : reply.kind,
  )
  expect(failures).toEqual([
    'target timeout',
    ...Array.from({ length: 5 }, () => 'generator timeout_behind_target'),
  ])
  pool.close()
  silent.close()
})

test('connections opened beforehand are the ones that requests use, up to the cap', async () => {
  const { pool, send, meter } = poolOf(5)
  expect(await pool.warm(50, 1_000_000, () => false)).toBeUndefined()
  expect(meter.connections).toBe(5)
  const { split, reply } = send(1)
  await reply
  expect([split.of('connect'), meter.connections]).toEqual([0, 5])
})

let stopAt = 0

test.each([
  ['its patience', 300_000, () => false, 'connect_timeout'],
  ['its end', 60_000_000, () => monotonic() > stopAt, undefined],
])('connections that nobody takes are awaited until %s, and no longer', async (_, patience, stop, reason) => {
  // The address is never found, as a full listen queue is never left.
  const never: Origin = { ...originOf('http://seats.invalid'), lookup: () => {} }
  const pool = new HttpPool(never, 500, { bytesSent: 0, bytesReceived: 0, connections: 0 })
  stopAt = monotonic() + 300_000
  const failure = await pool.warm(100, patience, stop)
  expect(failure?.reason).toBe(reason)
  expect(monotonic() - stopAt).toBeLessThan(3_000_000)
  // None is left on its way.
  expect(never.dialling.room).toBe(true)
})

test('what this machine lacks is never the target’s error', () => {
  const coded = (code: string) => socketFailure(Object.assign(new Error(code), { code }))
  for (const [code, reason] of [
    ['EADDRNOTAVAIL', 'no_port'],
    ['EMFILE', 'no_descriptor'],
    ['ENFILE', 'no_descriptor'],
  ] as const) {
    expect(coded(code)).toMatchObject({ class: 'generator', reason })
  }
  expect(coded('ECONNREFUSED')).toMatchObject({ class: 'target', reason: 'refused' })
})

test('too few descriptors are told before the load, with what to type', () => {
  expect(() => checkDescriptors(1)).not.toThrow()
  const limit = descriptorLimit()
  if (!Number.isFinite(limit)) return
  expect(() => checkDescriptors(limit)).toThrow(UserError)
  expect(() => checkDescriptors(limit)).toThrow(new RegExp(`needs ${limit + 200} open files.* only ${limit}`))
})
