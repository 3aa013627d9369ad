import { afterAll, expect, test } from 'vitest'
import { createNativeEngine } from '../../src/engine/native/index.js'
import { SampleCount } from '../../src/engine/conduct/sample-count.js'
import { HealthWatch } from '../../src/engine/native/health.js'
import { mergeHealth } from '../../src/engine/conduct/merge-health.js'
import { countError, newTally } from '../../src/engine/journey/tally.js'
import { ms } from '../../src/model/time.js'
import { allWon, keepAll, makePlan, oneArm, phase, target, type PlanParts } from './harness.js'

const engine = createNativeEngine()
const cleanups: (() => void)[] = []
afterAll(async () => {
  await engine.close()
  for (const cleanup of cleanups) cleanup()
})

const serve = async (handler = allWon) => {
  const served = await target(handler)
  cleanups.push(served.kill)
  return served.url
}

const healthOf = async (parts: PlanParts, signal = new AbortController().signal) => {
  const { plan, remove } = makePlan(parts)
  cleanups.push(remove)
  return (await engine.run(plan, keepAll().sink, signal)).health
}

test.runIf(process.platform === 'linux')(
  'health tells of the machine: run queue, steal, and how busy the generator’s cores were',
  async () => {
    const { runQueue, steal, cores } = await healthOf({
      urls: { control: await serve() },
      table: oneArm(60, 5_000),
    })
    for (const share of [runQueue, steal, cores?.busy, cores?.own]) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    }
    expect(cores?.own).toBeGreaterThan(0)
    expect(cores?.targetHere).toBe(true)
  },
)

test('every step leaves a sample, or is known to leave none: won, undeclared, thrown, timed out', async () => {
  const url = await serve((request, response) => {
    if (request.path.endsWith('/13')) return
    if (request.path.endsWith('/7')) response.statusCode = 418
    else return allWon(request, response)
    response.end()
  })
  const table = oneArm(60, 2_000)
  const n = table.n.map((number) => (number === 20 ? 666 : number))
  const health = await healthOf({
    urls: { control: url },
    table: { ...table, n },
    timeout: ms(300),
    workers: 2,
  })
  expect([health.samplesDropped, health.descriptorWaits, health.workersLost]).toEqual([0, 0, 0])
})

test('steps that are under way when a run is ended are not taken for dropped', async () => {
  const control = new AbortController()
  const url = await serve(() => control.abort())
  const health = await healthOf({ urls: { control: url }, table: oneArm(40, 2_000) }, control.signal)
  expect(health.samplesDropped).toBe(0)
})

test('samples that do not arrive are missed, and those that arrive twice are noticed', () => {
  const tally = newTally({ name: 't', steps: {} } as never)
  tally.begun = 10
  tally.unsampled = 2
  const interval = (metric: string, part: 'total' | 'queue', values: number[]) => ({
    arm: 'control' as const,
    metric,
    part,
    outcome: 'won',
    second: 0,
    values: Uint32Array.from(values),
  })
  const samples = new SampleCount()
  samples.take(interval('take', 'total', [5, 5, 5, 5, 5, 5]))
  samples.take(interval('take', 'queue', [0, 0, 3, 4, 0, 0]))
  samples.take(interval('whole', 'total', [9, 9]))
  samples.take(interval('whole@main', 'total', [9]))
  expect([samples.dropped([tally]), samples.waited]).toEqual([2, 1 / 3])
  samples.take(interval('look@main', 'total', [1, 1]))
  expect(samples.dropped([tally])).toBe(0)
  samples.take(interval('look@main', 'total', [1]))
  expect(samples.dropped([tally])).toBe(1)
})

/** What is said of a unit with these samples of one step, all of which waited 3 µs in the queue. */
const waitsOf = (short: boolean, outcome: string, held = 0) => {
  const { plan, remove } = makePlan({ urls: { control: 'http://127.0.0.1:1' }, table: oneArm(1, 0) })
  remove()
  const samples = new SampleCount()
  for (const part of ['total', 'queue'] as const)
    samples.take({
      arm: 'control',
      metric: 'take',
      part,
      outcome,
      second: 0,
      values: Uint32Array.from([3, 3]),
    })
  const tally = newTally({ name: 't', steps: {} } as never)
  tally.begun = 2 + held
  const failure = { class: 'generator', reason: 'timeout_behind_target', message: '' } as const
  countError(tally, 'take', failure, held)
  const worker = { ...new HealthWatch().end(), short }
  const health = mergeHealth(plan, [worker], { tallies: [tally], samples, workersLost: 0 })
  return [health.descriptorWaits, health.connectionWaits, health.localErrors]
}

test('who waits for a connection: want of files, an order of the environment, and a target that holds them', () => {
  expect(waitsOf(true, 'won')).toEqual([1, 0, 0])
  expect(waitsOf(false, 'won')).toEqual([0, 1, 0])
  expect(waitsOf(true, 'error')).toEqual([0, 0, 0])
  expect(waitsOf(true, 'error', 2)).toEqual([0, 0.5, 0])
})

const look = {
  scenario: `export default { steps: { look: { operation: 'look', answers: { 200: 'seen' } } }, row: ({ n }) => n,
    journey: async (vu, n) => void (await vu.look({ seat: n })) }`,
  contract: `export default { name: 'tiny', keys: {}, figures: {},
    operations: { look: { kind: 'http', method: 'GET', path: '/seats/{seat}' } } }`,
}

const capped = async (url: string, timeout: PlanParts['timeout']) => {
  const { plan, remove } = makePlan({ ...look, urls: { control: url }, table: oneArm(200, 5_000), timeout })
  cleanups.push(remove)
  const { arms, health } = await engine.run(
    { ...plan, maxConnections: 10 },
    keepAll().sink,
    new AbortController().signal,
  )
  const errors = arms.control?.errors.map((error) => `${error.class} ${error.reason}`)
  return { health, errors, answered: arms.control?.steps.answered ?? 0 }
}

test('a target that answers in time, behind too few connections of the environment, is neither slow nor guilty unsaid', async () => {
  const url = await serve((request, response) => void setTimeout(() => allWon(request, response), 250))
  const patient = await capped(url, ms(20_000))
  expect([patient.errors, patient.health.descriptorWaits]).toEqual([[], 0])
  expect(patient.health.connectionWaits).toBeGreaterThan(0.5)
  const { health, errors, answered } = await capped(url, ms(1_500))
  expect(answered).toBeGreaterThan(20)
  expect(errors).toEqual(['generator timeout_in_queue'])
  expect(health.localErrors).toBeGreaterThan(20)
})

test('a target that answers nobody is no limit of this machine, however few connections there may be', async () => {
  const { health, errors } = await capped(await serve(() => {}), ms(300))
  expect(errors?.toSorted()).toEqual(['generator timeout_behind_target', 'target timeout'])
  expect([health.localErrors, health.descriptorWaits]).toEqual([0, 0])
  expect(health.connectionWaits).toBeGreaterThan(0.1)
})

test('a wall clock that is set while the load runs is noticed', async () => {
  const scenario = `export default {
    steps: { take: { operation: 'take', answers: { 201: 'won' } } }, row: ({ n }) => n,
    journey: async (vu, n) => {
      const real = Date.now
      if (n === 10) Date.now = () => real() - 5_000
      await vu.take({ seat: n })
    },
  }`
  const contract = `export default { name: 'c', keys: {}, figures: {}, operations: { take: { kind: 'http', method: 'POST', path: '/{seat}' } } }`
  const parts = { urls: { control: await serve() }, table: oneArm(30, 2_000), scenario, contract }
  const own = createNativeEngine()
  const { plan, remove } = makePlan(parts)
  cleanups.push(remove)
  const { health } = await own.run(plan, keepAll().sink, new AbortController().signal)
  await own.close()
  expect(health.clockStep).toBeLessThan(-4_000_000)
  expect(health.clockStep).toBeGreaterThan(-6_000_000)
})

const stopping = `import { spawn } from 'node:child_process'
export default {
  steps: { take: { operation: 'take', answers: { 201: 'won' } } }, row: ({ n }) => n,
  journey: async (vu, n) => {
    if (n === 20) spawn('sh', ['-c', 'kill -STOP "$0"; sleep 0.4; kill -CONT "$0"', String(process.pid)], { detached: true })
    await vu.take({ seat: n })
  },
}`
const taking = `export default { name: 'c', keys: {}, figures: {}, operations: { take: { kind: 'http', method: 'POST', path: '/{seat}' } } }`

test.each(['open', 'burst'] as const)(
  'a worker that somebody stopped says for how long: %s',
  async (kind) => {
    // So slow that the load is still there when the shell has begun, be the machine ever so busy.
    const slow = await serve((request, response) => void setTimeout(() => allWon(request, response), 1_500))
    const table = oneArm(60, kind === 'open' ? 5_000 : 0)
    const phases = [phase({ kind, duration: ms(300), count: 60 })]
    const health = await healthOf({
      urls: { control: slow },
      table,
      scenario: stopping,
      contract: taking,
      phases,
    })
    expect(health.longestStop).toBeGreaterThan(300_000)
    expect(health.longestStop).toBeLessThan(4_000_000)
  },
)

test('a journey that computes stands still to nobody', async () => {
  const scenario = stopping.replace(
    /if \(n === 20\).*/,
    'if (n === 20) { const until = Date.now() + 3_000; while (Date.now() < until); }',
  )
  const health = await healthOf({
    urls: { control: await serve() },
    table: oneArm(60, 5_000),
    scenario,
    contract: taking,
  })
  expect(health.eventLoopDelay.max).toBeGreaterThan(2_500_000)
  expect(health.longestStop).toBeLessThan(health.eventLoopDelay.max / 2)
})

test('a wall clock that was set between two units is followed', async () => {
  const scenario = (before: string): string => `globalThis.real ??= Date.now
    ${before}
    export default {
      steps: { take: { operation: 'take', answers: { 201: 'won' } }, heard: { answers: { told: 'heard' } } }, row: ({ n }) => n,
      journey: async (vu, n) => {
        await vu.take({ seat: n })
        vu.observe('heard', 'told', Date.now() - 3)
      },
    }`
  const url = await serve()
  const own = createNativeEngine()
  const heard: number[] = []
  for (const before of ['', 'Date.now = () => real() + 10_000', 'Date.now = () => real() - 10_000']) {
    const { plan, remove } = makePlan({
      urls: { control: url },
      table: oneArm(30, 2_000),
      scenario: scenario(before),
      contract: taking,
    })
    cleanups.push(remove)
    const { sink, values } = keepAll()
    await own.run(plan, sink, new AbortController().signal)
    heard.push(...values('heard', 'total'))
  }
  await own.close()
  expect(heard).toHaveLength(90)
  expect(Math.max(...heard)).toBeLessThan(5_000_000)
})
