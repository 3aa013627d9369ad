import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { createK6Engine } from '../../src/engine/k6/index.js'
import { createNativeEngine } from '../../src/engine/native/index.js'
import type { Engine } from '../../src/model/engine.js'
import { freePort } from '../../src/target/platform.js'
import { requireRedis } from '../../src/target/redis.js'
import { identities, keepAll, makePlan, oneArm, type PlanParts } from './harness.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-redis-'))
const socket = join(folder, 'redis.sock')
const binary = requireRedis()
const port = await freePort()
const redis = spawn(
  binary.file,
  ['--bind', '127.0.0.1', '--port', String(port), '--unixsocket', socket, '--save', '', '--dir', folder],
  { stdio: 'ignore', env: { ...process.env, LD_LIBRARY_PATH: binary.libraries.join(':') } },
)
for (let left = 100; left > 0 && !existsSync(socket); left -= 1)
  await new Promise((resolve) => setTimeout(resolve, 50))

const engine = createNativeEngine()
const cleanups: (() => void)[] = []
afterAll(async () => {
  await engine.close()
  redis.kill('SIGKILL')
  for (const cleanup of cleanups) cleanup()
  rmSync(folder, { recursive: true, force: true })
})

const scenario = `export default {
  steps: {
    lock: { operation: 'lock', answers: { OK: 'won', nil: 'conflict' } },
    unlock: { operation: 'unlock', answers: { 1: 'unlocked', 0: 'not_owner' } },
    count: { operation: 'count', answers: { counted: 'counted' } },
    wrong: { operation: 'wrong', answers: { OK: 'done' } },
  },
  row: ({ n }) => n,
  journey: async (vu, n) => {
    // Whoever comes first: VUs connect at their own pace.
    const locked = await vu.lock({ owner: 'one' })
    if (locked.outcome === 'won') vu.receipt('lock', { reply: locked.json.reply })
    const counted = await vu.count()
    vu.receipt('count', { count: counted.json.count })
    if (n === 19) await vu.unlock({ owner: 'one' })
    if (n === 19) await vu.wrong()
  },
}`

const contract = `export default {
  name: 'c', keys: { lock: 'lock:{seat}', counter: 'counter' }, figures: {},
  operations: {
    lock: { kind: 'redis', command: ({ owner }, key) => ({ name: 'set', keys: [key('lock', { seat: 7 })], args: [String(owner), 'NX'] }) },
    unlock: { kind: 'redis', command: ({ owner }, key) => ({ name: 'unlock', keys: [key('lock', { seat: 7 })], args: [String(owner)],
      script: "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0" }) },
    count: { kind: 'redis', answer: (reply) => (reply.includes('count') ? 'counted' : reply),
      command: (_, key) => ({ name: 'count', keys: [key('counter', {})], args: [], script: "return cjson.encode({ count = redis.call('incr', KEYS[1]) })" }) },
    wrong: { kind: 'redis', command: (_, key) => ({ name: 'lpush', keys: [key('counter', {})], args: ['x'] }) },
  },
}`

const run = async (parts: Partial<PlanParts>, by: Engine = engine) => {
  const made = makePlan({
    urls: { control: 'http://127.0.0.1:9' },
    table: oneArm(20, 5_000),
    scenario,
    contract,
    ...parts,
  })
  cleanups.push(made.remove)
  const kept = keepAll()
  return { kept, accounting: await by.run(made.plan, kept.sink, new AbortController().signal) }
}

const standIn = fileURLToPath(new URL('k6/stand-in/k6.mjs', import.meta.url))
// It needs the extension k6/x/redis.
const real = process.env['K6_REDIS_BIN']

const prove = async (make: () => Engine, url: string): Promise<void> => {
  vi.stubEnv('K6_STAND_IN_REDIS', '1')
  const by = make()
  const { kept, accounting } = await run({ redis: url }, by)
  await by.close()
  vi.unstubAllEnvs()
  const account = accounting.arms.control
  expect(identities(account)).toEqual([])
  expect(account?.outcomes).toEqual({
    lock: { won: 1, conflict: 19, error: 0 },
    count: { counted: 20, error: 0 },
    unlock: { unlocked: 1, not_owner: 0, error: 0 },
    wrong: { done: 0, error: 1 },
  })
  expect(account?.errors).toMatchObject([{ step: 'wrong', class: 'target', reason: 'redis_error', count: 1 }])
  const counts = kept.receipts
    .filter(({ receipt }) => receipt.kind === 'count')
    .map(({ receipt }) => Number(receipt.fact.count))
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
  expect(kept.values('lock')).toHaveLength(20)
  const waits = kept.values('lock', 'wait')
  expect(waits).toHaveLength(20)
  // By a clock that tells parts of a millisecond; short ones are recorded to the microsecond.
  expect(waits.some((wait) => wait < 2_048 && wait % 1_000 !== 0)).toBe(true)
}
const what = 'commands and scripts run with the contract’s keys; replies are words, JSON replies are read'

test(`on native ${what}`, async () => {
  expect.hasAssertions()
  await prove(() => createNativeEngine(), `unix://${socket}`)
})

test(`on the stand-in of k6 ${what}`, async () => {
  expect.hasAssertions()
  await prove(() => createK6Engine({ k6: standIn }), `redis://127.0.0.1:${port}/1`)
})

test.skipIf(real === undefined)(
  `on k6 ${what}${real === undefined ? ' (skipped: no k6 with k6/x/redis; name one with K6_REDIS_BIN)' : ''}`,
  async () => {
    expect.hasAssertions()
    await prove(() => createK6Engine({ k6: real ?? '' }), `redis://127.0.0.1:${port}/2`)
  },
)

test.each([
  ['a nil', '$-1\r\n'],
  ['a word', '+OK\r\n'],
])('%s too many from Redis is the target’s fault, and the load goes on', async (_, extra) => {
  let sets = 0
  const open = new Set<Socket>()
  const liar = createServer((connection) => {
    open.add(connection)
    connection.on('error', () => {})
    connection.on('data', (data) => {
      for (const text of String(data).split(/(?=\*\d+\r\n\$)/)) {
        if (/\r\ninfo\r\n/i.test(text)) connection.write('$15\r\nredis_version:7\r\n')
        else if (!/nx/i.test(text)) connection.write('+OK\r\n')
        else connection.write((sets += 1) === 5 ? `+OK\r\n${extra}` : '+OK\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const connection of open) connection.destroy()
    liar.close()
  })
  const { port: lying } = liar.address() as AddressInfo
  const { accounting, kept } = await run({
    redis: `redis://127.0.0.1:${lying}`,
    table: oneArm(100, 20_000),
    scenario: `export default {
      steps: { lock: { operation: 'lock', answers: { OK: 'won' } } }, row: ({ n }) => n,
      journey: async (vu, n) => { await vu.lock({ owner: n }) },
    }`,
  })
  const account = accounting.arms.control
  expect([accounting.health.workersLost, kept.events.map(({ kind }) => kind)]).toEqual([0, ['phase']])
  const errors = account?.errors ?? []
  expect(new Set(errors.map((one) => one.class))).toEqual(new Set(['target']))
  // A command that was under way already takes the nil for its own answer; what then comes as one too many is the next one's.
  expect(errors.filter(({ reason }) => reason !== 'malformed' && reason !== 'undeclared_nil')).toEqual([])
  const { won = 0, error = 0 } = account?.outcomes.lock ?? {}
  expect([won + error, won > 20, error > 0]).toEqual([100, true, true])
  // Those that were not sent failed.
  expect(sets).toBeGreaterThanOrEqual(won)
  expect(identities(account)).toEqual([])
})

test('a missing or silent Redis is said in a sentence', async () => {
  await expect(run({})).rejects.toThrow(/the control has no Redis address/)
  await expect(run({ redis: 'redis://:geheim@127.0.0.1:9/0' })).rejects.toThrow(
    /^Redis at 127\.0\.0\.1:9 does not answer: connect ECONNREFUSED/,
  )
})
