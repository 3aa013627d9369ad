import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atomics } from '../../contract/atomics.js'
import contract from '../../contract/index.js'
import { fill, keyOf } from '../../src/binding/contract.js'
import type { RequestTools } from '../../src/model/contract.js'
import type { StepArguments } from '../../src/model/scenario.js'
import { startTestStores, type TestStores } from '../truth/stores.js'

const tools: RequestTools = {
  secrets: { webhook_secret: 'secret' },
  figures: contract.figures,
  now: () => 1_700_000_000,
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}
const args: StepArguments = {
  event: 'e',
  seat: 's',
  seats: ['s'],
  checkout: 'c',
  as: 'token',
  email: 'a@b.c',
  password: 'p',
  token: 'tok',
  id: 'evt_1',
  created: 1,
  reference: 'ref',
  amount: 100,
  organization: 'o',
  code: 'VGEP-0000-0001',
  device: 'd',
  batch: 'b',
  scans: [],
  owner: 'h:u:1',
  index: 3,
  expires: 9,
}

let target: TestStores
beforeAll(async () => {
  target = await startTestStores()
})
afterAll(() => target.stop())

const run = async (name: string, given: StepArguments): Promise<string> => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'redis') throw new Error(`${name} is not a Redis operation`)
  const { script, keys, args: words, name: command } = operation.command(given, keyOf(contract))
  const { redis } = target.stores
  const reply =
    script === undefined
      ? await redis.call(command, ...keys, ...words)
      : await redis.call('EVAL', script, keys.length, ...keys, ...words)
  const text = reply === null ? 'nil' : `${reply as string | number}`
  return operation.answer?.(text) ?? text
}

const requests = Object.entries(contract.operations).flatMap(([name, operation]) =>
  operation.kind === 'http'
    ? [
        {
          name,
          path: fill(operation.path, args),
          body: operation.method === 'POST' ? JSON.stringify(operation.body?.(args, tools)) : '{}',
          query: Object.values(operation.query?.(args) ?? {}),
        },
      ]
    : [],
)

test('every HTTP operation builds a whole request', () => {
  expect(requests.length).toBeGreaterThan(10)
  expect(requests.filter(({ path }) => !/^\/[a-z][\w/.-]*$/.test(path))).toEqual([])
  expect(requests.filter(({ body }) => body === undefined || !body.startsWith('{'))).toEqual([])
  expect(requests.filter(({ query }) => query.includes('undefined'))).toEqual([])
})

test('a webhook is signed over its time and body, and its lies are lies', () => {
  const operation = contract.operations.webhook
  if (operation?.kind !== 'http') throw new Error('no webhook')
  const signed = (more: StepArguments) =>
    operation.headers?.('{"a":1}', { ...args, ...more }, tools)['stripe-signature']
  const right = createHmac('sha256', 'secret').update('1700000000.{"a":1}').digest('hex')
  expect(signed({})).toBe(`t=1700000000,v1=${right}`)
  expect(signed({ forged: true })).not.toContain(right)
  expect(signed({ stale: true })).toMatch(/^t=1699999400,/)
})

test('Redis operations are atomic steps of the platform’s own layout', async () => {
  const slot = { organization: 'o', event: 'e', seat: 's', index: 3, expires: 9 }
  expect(await run('lock', { ...slot, owner: 'a' })).toBe('OK')
  expect(await run('lock', { ...slot, owner: 'b' })).toBe('nil')
  expect(await run('enter', slot)).toBe('alone')
  expect(await run('enter', slot)).toBe('crowded')
  expect(await run('leave', slot)).toBe('left')
  expect(await run('unlock', { ...slot, owner: 'b' })).toBe('0')
  expect(await run('unlock', { ...slot, owner: 'a' })).toBe('1')
  expect(await run('takeHold', { ...slot, owner: 'a' })).toBe('1')
  expect(await run('takeHold', { ...slot, owner: 'b' })).toBe('0')
  expect(await target.stores.redis.scan('*')).toContain('voelgoed:org:o:event:e:seat_holds')
  expect(await target.stores.redis.call('GETBIT', 'voelgoed:org:o:event:e:seats:bitmap', 3)).toBe(1)
  expect(await run('giveBackHold', { ...slot, owner: 'b' })).toBe('0')
  expect(await run('giveBackHold', { ...slot, owner: 'a' })).toBe('1')
  expect(await target.stores.redis.call('GETBIT', 'voelgoed:org:o:event:e:seats:bitmap', 3)).toBe(0)
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => run('countInWindow', { organization: 'o', device: 'd' })),
  )
  expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(atomics.limit)
  expect(Number(await target.stores.redis.call('PTTL', 'scan:rate:org:o:device:d'))).toBeGreaterThan(0)
})

const shown = (bitmap: string | undefined, index: number | undefined, status = 200): string => {
  const operation = contract.operations.seatShown
  if (operation?.kind !== 'http' || operation.answer === undefined) throw new Error('no seatShown')
  return operation.answer(status, { bitmap }, { index })
}

test('a seat is shown by its own bit, in the order in which Redis keeps them', async () => {
  const { redis } = target.stores
  const taken = [0, 5, 6, 7, 8, 15, 23, 24, 40]
  await redis.pipeline(taken.map((index) => ['SETBIT', 'bits', index, 1]))
  const bitmap = Buffer.from((await redis.buffer('GET', 'bits')) ?? []).toString('base64')
  const seen = Array.from({ length: 80 }, (_, index) => index).filter(
    (index) => shown(bitmap, index) === 'taken',
  )
  expect(seen).toEqual(taken)
  expect(shown(bitmap, 79)).toBe('free')
  expect(shown('', 0)).toBe('free')
})

test('what is no bitmap, or no seat of one, is the status code', () => {
  expect(shown('AAAA', 0, 429)).toBe('429')
  expect([shown(undefined, 0), shown('?', 0), shown('AAAA', undefined), shown('AAAA', 0.5)]).toEqual(
    Array.from({ length: 4 }, () => '200'),
  )
})

test('a stranger’s server is told from this platform by its health', () => {
  const { recognise } = contract.preflight
  const checks = { postgres: 'ok', redis: 'ok', pubsub: 'ok', oban: 'ok' }
  expect(recognise('200', { status: 'ok', checks })).toBeUndefined()
  expect(recognise('200', {})).toContain('without the "checks"')
  expect(recognise('503', { status: 'degraded', checks: { ...checks, redis: 'down' } })).toContain('down')
})
