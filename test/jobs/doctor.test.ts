import { createServer, type RequestListener } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/config/read.js'
import { doctor, type DoctorOptions } from '../../src/jobs/doctor.js'
import { scratch } from '../../src/loader/load.js'
import type { Condition } from '../../src/model/condition.js'
import { conditionLines } from '../../src/report/condition.js'
import { machineWith } from '../doctor/examined.js'
import { done, liar, welcome } from '../doctor/liar.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-doctor-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  rmSync(scratch(), { recursive: true, force: true })
})

const healthy: RequestListener = (_, response) =>
  response.end(
    JSON.stringify({ status: 'ok', checks: { postgres: 'ok', redis: 'ok', pubsub: 'ok', oban: 'ok' } }),
  )

/** A target that answers so. */
const up = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** Looks at a machine that is not Linux, but for what `rest` says. */
const look = async (rest: Partial<DoctorOptions>) => {
  const told: Condition[] = []
  const found = await doctor({
    config: await readConfig(),
    targets: {},
    machine: machineWith({}),
    noise: 0,
    tell: (condition) => told.push(condition),
    ...rest,
  })
  expect(found.conditions).toEqual(told)
  const of = (name: string): Condition | undefined => told.find((one) => one.name === name)
  return { ...found, of, failing: told.filter(({ state }) => state === 'failing').map(({ name }) => name) }
}

test('without a target: the machine, what the embedded platform needs, and a sum that follows from the lines', async () => {
  const { conditions, exit, headline, of, failing } = await look({})
  expect(conditions.map(({ name }) => name).join(', ')).toBe(
    'Node, cores, governor, memory, open files, ports, timers, noise, k6, browser, Postgres, Redis, target, clock',
  )
  expect(of('target')?.found).toMatch(/the embedded platform will be started/)
  expect(exit).toBe(failing.length === 0 ? 0 : 3)
  expect(headline).toMatch(failing.length === 0 ? /^This machine can give/ : /^This machine cannot give/)
})

test('a machine with too few open files is failing: exit 3, and what to type', async () => {
  const { exit, headline, of } = await look({ machine: machineWith({}, { descriptors: 64 }) })
  expect(of('open files')).toMatchObject({ state: 'failing', remedy: expect.stringContaining('ulimit -n') })
  expect(exit).toBe(3)
  expect(headline).toMatch(/^This machine cannot give a trustworthy result: \d failing/)
})

test('a target that answers: its clock by Date, and stores that are not named', async () => {
  const { of, conditions } = await look({ targets: { candidate: { urls: [await up(healthy)] } } })
  expect(of('target')).toMatchObject({ state: 'ok', found: expect.stringContaining('answers') })
  expect(of('clock')).toMatchObject({ state: 'ok', found: expect.stringMatching(/`Date` of the target.*±/) })
  expect(of('Postgres')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('--postgres') })
  expect(of('Redis')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('--redis') })
  expect(conditions.filter(({ name }) => name === 'Postgres')).toHaveLength(1)
})

test('a target whose clock is an hour ahead is warned of', async () => {
  const ahead: RequestListener = (request, response) => {
    response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString())
    healthy(request, response)
  }
  const { of } = await look({ targets: { candidate: { urls: [await up(ahead)] } } })
  expect(of('clock')).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/is (59|60) min \d+ s ahead/),
  })
})

test('another server, a dead store, two arms: each line says whose it is', async () => {
  const dead = 'http://127.0.0.1:1'
  const { exit, headline, of, failing } = await look({
    targets: {
      control: { urls: [await up((_, response) => response.end('<html>hello</html>'))] },
      candidate: {
        urls: [await up(healthy)],
        postgres: 'postgres://ann:pass@127.0.0.1:1/x',
        redis: `${dead}/0`,
      },
    },
  })
  expect(failing).toEqual(
    expect.arrayContaining(['target of control', 'Postgres of candidate', 'Redis of candidate']),
  )
  expect(of('target of control')?.found).toMatch(/not the platform of contract/)
  expect(JSON.stringify(of('Postgres of candidate'))).toMatch(/127\.0\.0\.1:1\/x \(ECONNREFUSED\)/)
  expect(JSON.stringify(of('Postgres of candidate'))).not.toContain('pass@')
  expect(headline).toMatch(/^This machine and these targets cannot/)
  expect(exit).toBe(3)
})

test('a target that no environment names is not even asked, nor are its stores', async () => {
  const { failing, of, conditions } = await look({
    targets: { candidate: { urls: ['http://192.0.2.1'], postgres: 'postgres://a@192.0.2.1/x' } },
  })
  expect(failing).toContain('target')
  expect(of('target')).toMatchObject({ remedy: expect.stringContaining('environments') })
  expect(conditions.map(({ name }) => name)).not.toContain('Postgres')
})

test('a store beyond this machine is asked only when an environment names its host', async () => {
  const targets = {
    candidate: {
      urls: [await up(healthy)],
      postgres: 'postgres://ann:pass@10.255.255.1/x',
      redis: 'redis://:pass@[fd00::1]:6379/0',
    },
  }
  const { of, failing, conditions } = await look({ targets })
  expect(of('Postgres')).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/^not asked: 10\.255\.255\.1 is beyond this machine/),
    remedy: expect.stringContaining('`hosts`'),
  })
  expect(of('Redis')).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/^not asked: \[fd00::1\]/),
  })
  expect(failing).not.toContain('target')
  expect(JSON.stringify(conditions)).not.toContain('pass@')

  const environment = { hosts: ['10.255.255.1'], maxRate: 1, maxConnections: 1, profiles: ['smoke'] }
  const named = await look({ targets, config: { ...(await readConfig()), environments: { environment } } })
  expect(named.failing).toContain('Postgres')
})

/** Streams for ever to whom it told `first`; gives the bytes that were taken. */
const streaming = (first: string): { readonly answer: RequestListener; readonly taken: () => number } => {
  let taken = 0
  const part = Buffer.alloc(65_536, ' ')
  const answer: RequestListener = (_, response) => {
    response.write(first)
    const more = (): void => {
      let room = true
      while (room && !response.destroyed) {
        room = response.write(part)
        taken += part.length
      }
    }
    response.on('drain', more)
    more()
  }
  return { answer, taken: () => taken }
}

test('a target that streams for ever is let go after a megabyte, and what is held up by sockets', async () => {
  const { answer, taken } = streaming('{"status":"ok"')
  const { of } = await look({ targets: { candidate: { urls: [await up(answer)] } } })
  expect(of('target')).toMatchObject({ state: 'failing', found: expect.stringMatching(/not the platform/) })
  expect(taken()).toBeGreaterThan(1_000_000)
  expect(taken()).toBeLessThan(32_000_000)
})

test('a target that streams once it was greeted is let go, too', async () => {
  const { answer, taken } = streaming(' ')
  let asked = 0
  const turned: RequestListener = (request, response) =>
    ((asked += 1) === 1 ? healthy : answer)(request, response)
  const { of } = await look({ targets: { candidate: { urls: [await up(turned)] } } })
  expect(of('target')?.state).toBe('ok')
  expect(taken()).toBeLessThan(32_000_000)
})

test('stores that answer everything with nothing are none', async () => {
  const postgres = await liar((socket, packet) => socket.write(packet === 1 ? welcome : done))
  const redis = await liar((socket, _, said) =>
    socket.write('+OK\r\n'.repeat(said.match(/\*\d+\r\n/g)?.length ?? 0)),
  )
  const { failing, of } = await look({
    targets: {
      candidate: {
        urls: [await up(healthy)],
        postgres: `postgres://ann:pass@${postgres}/x`,
        redis: `redis://${redis}`,
      },
    },
  })
  expect(failing).toEqual(expect.arrayContaining(['Postgres', 'Redis']))
  expect(of('Postgres')?.found).toMatch(/^Postgres let us in, but .*no version/)
  expect(of('Redis')?.found).toMatch(/^Cannot use Redis .*PING/)
})

test('an address that is none, and scenarios that are none, are usage', async () => {
  await expect(look({ targets: { candidate: { urls: ['nope'] } } })).rejects.toMatchObject({ exit: 2 })
  writeFileSync(join(folder, 'five.ts'), 'export default 5')
  const config = { ...(await readConfig()), scenarios: folder }
  await expect(look({ config })).rejects.toMatchObject({ exit: 2, reason: 'not_a_scenario' })
})

test('a line of the page: sign and word, wrapped; the remedy stays whole', () => {
  const remedy = `sysctl -w ${'x'.repeat(90)}`
  const shown = conditionLines(
    { name: 'ports', state: 'warning', found: 'few ports '.repeat(10).trim(), remedy },
    { columns: 60, colour: false },
  )
  const lines = shown.split('\n')
  expect(lines[0]).toMatch(/^\? warning {2}ports {7}few ports/)
  expect(lines.slice(0, 3).every((line) => line.length <= 60)).toBe(true)
  expect(lines.at(-2)).toBe(`           → ${remedy}`)
  expect(conditionLines({ name: 'Node', state: 'ok', found: '20' }, { columns: 80, colour: true })).toMatch(
    /✓ ok.*Node {8}20\n$/,
  )
})
