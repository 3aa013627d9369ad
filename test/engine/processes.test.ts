import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createNativeEngine } from '../../src/engine/native/index.js'
import { compiled } from '../../src/model/package.js'
import { allWon, identities, keepAll, makePlan, oneArm, target, type PlanParts } from './harness.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-processes-'))
const served = await target(allWon)
const cleanups: (() => void)[] = [served.kill, () => rmSync(folder, { recursive: true, force: true })]
afterAll(() => {
  for (const cleanup of cleanups) cleanup()
})

afterEach(() => void vi.restoreAllMocks())

const plan = (parts: PlanParts) => {
  const made = makePlan(parts)
  cleanups.push(made.remove)
  return made.plan
}

const signal = new AbortController().signal

const lookingScenario = `export default {
  steps: { look: { operation: 'look', answers: { 200: 'seen' } } }, row: ({ n }) => n, journey: async (vu) => { await vu.look() },
}`
const looking = `export default { name: 'c', keys: {}, figures: {}, operations: { look: { kind: 'http', method: 'GET', path: '/' } } }`

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const until = async (condition: () => boolean): Promise<boolean> => {
  for (let left = 100; left > 0 && !condition(); left -= 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
  return condition()
}

test('a worker that dies is told, the books hold, and the next run has a new one', async () => {
  const engine = createNativeEngine()
  const kept = keepAll()
  const table = oneArm(400, 5_000)
  const deadly = { ...table, n: table.n.map((n) => (n === 120 ? 9_999 : n)) }
  const { arms, cutShort, health } = await engine.run(
    plan({ urls: { control: served.url }, table: deadly, workers: 2 }),
    kept.sink,
    signal,
  )
  expect(identities(arms.control)).toEqual([])
  expect([cutShort, health.workersLost]).toEqual([true, 1])
  const told = kept.events.find(({ kind }) => kind === 'worker_lost')
  expect(told?.text).toMatch(/^A worker of the load generator died: SIGKILL/)
  expect(arms.control?.intended).toBe(400)
  expect(arms.control?.notStarted).toBeGreaterThan(100)
  const again = await engine.run(
    plan({ urls: { control: served.url }, table: oneArm(20, 1_000), workers: 2 }),
    keepAll().sink,
    signal,
  )
  expect(again.arms.control?.outcomes.take?.won).toBe(20)
  await engine.close()
})

/** Puts the parent's clock forward, as a rest or a stop of the process does. */
const sleepFor = (time: number) => {
  const now = performance.now.bind(performance)
  return vi.spyOn(performance, 'now').mockImplementation(() => now() + time)
}

test('a worker that rested for long between two units is not taken for a dead one', async () => {
  const engine = createNativeEngine()
  const parts = { urls: { control: served.url }, table: oneArm(1, 0), contract: looking }
  const slow = `await new Promise((resolve) => setTimeout(resolve, 3000)); ${lookingScenario}`
  await engine.run(plan({ ...parts, scenario: lookingScenario }), keepAll().sink, signal)
  const clock = sleepFor(31_000)
  // Before the load begins: its workers have a clock of their own.
  const timer = setTimeout(() => clock.mockRestore(), 1_500)
  onTestFinished(() => clearTimeout(timer))
  const { health } = await engine.run(plan({ ...parts, scenario: slow }), keepAll().sink, signal)
  expect(health.workersLost).toBe(0)
  await engine.close()
})

test('a parent that was stopped for long lets its workers live when it goes on', async () => {
  const engine = createNativeEngine()
  const kept = keepAll()
  // As when it goes on: the timer that looks after the workers runs before what they said is read.
  let stopped = false
  const progress = ({ started }: { started: number }): void => {
    if (started < 20 || stopped) return
    stopped = true
    sleepFor(31_000)
  }
  const { health, arms } = await engine.run(
    plan({
      urls: { control: served.url },
      table: oneArm(100, 10_000),
      scenario: lookingScenario,
      contract: looking,
    }),
    { ...kept.sink, progress },
    signal,
  )
  expect([stopped, health.workersLost, kept.events.map(({ kind }) => kind)]).toEqual([true, 0, ['phase']])
  expect(arms.control?.outcomes.look).toEqual({ seen: 100, error: 0 })
  await engine.close()
})

test('the last words of a worker are how it ended and its error, not the version of Node after it', async () => {
  const engine = createNativeEngine()
  const kept = keepAll()
  const scenario = lookingScenario.replace(
    'await vu.look()',
    "setTimeout(() => { throw new TypeError('nobody caught me') }); await vu.look()",
  )
  await engine.run(
    plan({ urls: { control: served.url }, table: oneArm(1, 0), scenario, contract: looking }),
    kept.sink,
    signal,
  )
  expect(kept.events.find(({ kind }) => kind === 'worker_lost')?.text).toMatch(
    /^A worker of the load generator died: exit code \d+: TypeError: nobody caught me\.$/,
  )
  await engine.close()
})

test('workers end with their parent, even when it is killed, and with close', async () => {
  const pidScenario = `export default {
    steps: { look: { operation: 'look', answers: { 200: 'seen' } } }, row: ({ n }) => n,
    journey: async (vu) => { vu.receipt('process', { pid: process.pid }); await vu.look() },
  }`
  const parts = { urls: { control: served.url }, scenario: pidScenario, contract: looking }
  const long = plan({ ...parts, table: oneArm(10_000, 10_000) })
  const script = join(folder, 'parent.mjs')
  writeFileSync(
    script,
    `import { createNativeEngine } from ${JSON.stringify(compiled('src/engine/native/index.js'))}
    const say = (_, { fact }) => console.log(fact.pid)
    const sink = { interval() {}, receipt: say, event() {}, exemplar() {}, progress() {} }
    await createNativeEngine().run(${JSON.stringify(long)}, sink, new AbortController().signal)`,
  )
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (data: Buffer) => resolve(Number.parseInt(data.toString(), 10))),
  )
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  expect(await until(() => !isAlive(pid))).toBe(true)

  const engine = createNativeEngine()
  const kept = keepAll()
  await engine.run(plan({ ...parts, table: oneArm(1, 0) }), kept.sink, signal)
  const own = Number(kept.receipts[0]?.receipt.fact.pid)
  expect(isAlive(own)).toBe(true)
  await engine.close()
  expect(isAlive(own)).toBe(false)
})

const openssl = 'openssl'
const hasOpenssl = (() => {
  try {
    execFileSync(openssl, ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasOpenssl)(
  'TLS is spoken and timed; a certificate that nobody vouches for is refused (needs openssl)',
  async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      request.resume()
      allWon(
        { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: '' },
        response,
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const secure = { urls: { control: `https://127.0.0.1:${port}` }, table: oneArm(10, 5_000) }

    const stranger = createNativeEngine()
    const refused = await stranger.run(plan(secure), keepAll().sink, signal)
    expect(refused.arms.control?.errors[0]).toMatchObject({ class: 'target', reason: 'tls', count: 10 })
    await stranger.close()

    process.env['NODE_EXTRA_CA_CERTS'] = cert
    const engine = createNativeEngine()
    const kept = keepAll()
    const { arms } = await engine.run(plan(secure), kept.sink, signal)
    delete process.env['NODE_EXTRA_CA_CERTS']
    await engine.close()
    expect(arms.control?.outcomes.take?.won).toBe(10)
    expect(Math.max(...kept.values('take', 'tls'))).toBeGreaterThan(0)
  },
)
