import { expect } from 'vitest'
import { ms, seconds } from '../../src/model/time.js'
import { allWon, oneArm, phase } from './harness.js'
import type { Stage } from './stage.js'

/** What an engine owes to what comes behind it, proved on a stage with that engine. */
export interface Behaviour {
  readonly name: string
  readonly prove: (stage: Stage) => Promise<void>
}

const thought = seconds(2)
const thoughtful = `export default {
  steps: {
    take: { operation: 'take', answers: { 201: 'won' } },
    look: { operation: 'look', answers: { seen: 'seen' } },
  },
  row: ({ n, entity }) => ({ n, as: entity('buyers', n).token }),
  journey: async (vu, { n, as }) => {
    await vu.take({ seat: n, as })
    await vu.think(${thought})
    await vu.look({ seat: n })
  },
}`

/** A target that is gone as soon as it is asked for this seat. */
const killedAt = async ({ serve }: Stage, seat: number) => {
  let kill = (): void => {}
  const served = await serve((request, response) => {
    if (request.path === `/seats/${seat}`) kill()
    else allWon(request, response)
  })
  kill = served.kill
  return served
}

/** One list, for every engine that sends. */
export const behaviours: readonly Behaviour[] = [
  {
    name: 'a request carries path, token, headers, signature and body; no arrival is sent twice or lost',
    prove: async ({ serve, run }) => {
      const seen: string[] = []
      const problems: unknown[] = []
      const { url } = await serve((request, response) => {
        const { 'x-extra': extra, 'x-signature': signature, authorization } = request.headers
        if (request.method === 'POST') {
          seen.push(request.path)
          const good = extra === 'yes' && authorization === 'Bearer token-1' && signature?.length === 64
          if (!good || JSON.parse(request.body).word !== 'plugh') problems.push(request)
        }
        allWon(request, response)
      })
      await run({ urls: { control: url }, table: oneArm(200, 1_000), workers: 3 })
      expect(problems).toEqual([])
      expect(seen.toSorted()).toEqual(Array.from({ length: 200 }, (_, n) => `/seats/${n}`).toSorted())
    },
  },
  {
    name: 'latency counts from the intended start, is the sum of its parts, and thinking is nobody’s',
    prove: async ({ serve, run }) => {
      const { url } = await serve((request, response) => {
        setTimeout(() => allWon(request, response), 30)
      })
      const { kept, accounting } = await run({
        urls: { control: url },
        table: oneArm(60, 5_000),
        scenario: thoughtful,
      })
      const sum = (metric: string, ...names: string[]) =>
        names.flatMap((part) => kept.values(metric, part)).reduce((a, b) => a + b, 0)
      expect(sum('take', 'total')).toBe(
        sum('take', 'lag', 'queue', 'connect', 'tls', 'send', 'wait', 'receive', 'unattributed'),
      )
      expect(sum('take', 'total') - sum('take', 'lag')).toBe(sum('take', 'service'))
      expect(Math.min(...kept.values('take', 'service'))).toBeGreaterThan(28_000)
      expect(kept.values('take', 'wait').toSorted((a, b) => a - b)[30]).toBeGreaterThan(28_000)
      expect(Math.min(...kept.values('whole'))).toBeGreaterThan(58_000)
      // What a journey takes beyond its steps is what this machine takes to go from one to the next, and no thought.
      const beyond = sum('whole', 'total') - sum('take', 'total') - sum('look', 'total')
      expect(kept.values('whole')).toHaveLength(60)
      expect(beyond).toBeGreaterThanOrEqual(0)
      expect(beyond).toBeLessThan((60 * thought) / 2)
      // The journey's lag is that of its first step: neither an answer nor a thought is in it.
      expect(sum('whole', 'lag')).toBeLessThanOrEqual(sum('take', 'lag'))
      expect(accounting.health.lag.p50).toBeLessThanOrEqual(Math.max(...kept.values('take', 'lag')))
      expect(kept.exemplars.filter(({ metric }) => metric === 'take')).toHaveLength(10)
    },
  },
  {
    name: 'a stalled target makes the journeys behind it wait in the figures, not in the schedule',
    prove: async ({ serve, run }) => {
      let stalledUntil = 0
      const { url } = await serve((request, response) => {
        if (stalledUntil === 0) stalledUntil = Date.now() + 300
        setTimeout(() => allWon(request, response), Math.max(0, stalledUntil - Date.now()))
      })
      const { kept, account } = await run({ urls: { control: url }, table: oneArm(100, 5_000) })
      expect(account.started).toBe(100)
      expect(kept.values('take').filter((value) => value > 100_000).length).toBeGreaterThanOrEqual(35)
    },
  },
  {
    name: 'outcomes are the step’s own words; what is not declared is an error of the class that it is',
    prove: async ({ serve, run }) => {
      const { url } = await serve((request, response) => {
        const n = Number(request.path.split('/')[2])
        response.setHeader('content-type', 'application/json')
        if (request.method === 'GET') allWon(request, response)
        else if (n < 5) allWon(request, response)
        else if (n < 8) response.writeHead(409).end('{"error":"seat_taken"}')
        else if (n < 10) response.writeHead(404).end('{"error":"seat_not_found"}')
        else if (n < 12) response.writeHead(500).end('oh no')
        else if (n < 14) response.writeHead(504).end()
        else if (n < 15) response.writeHead(201).end('{"data":{"se')
        else response.destroy()
      })
      const table = { ...oneArm(17, 2_000), n: [...Array.from({ length: 16 }, (_, n) => n), 666] }
      const { account, reasons, kept } = await run({ urls: { control: url }, table })
      expect(account.outcomes).toEqual({
        take: { won: 5, conflict: 3, error: 8 },
        look: { seen: 5, error: 0 },
      })
      expect(reasons).toEqual({
        'target undeclared_404': 2,
        'target http_500': 2,
        'edge http_504': 2,
        'target malformed': 1,
        'target reset': 1,
        'generator journey_threw': 1,
      })
      expect(account.steps).toMatchObject({ begun: 21, answered: 20, failed: 1 })
      expect(kept.receipts).toHaveLength(5)
      expect(kept.values('whole', 'total', 'control', 'error')).toHaveLength(9)
    },
  },
  {
    name: 'a contract whose answer() gives no word is told, and the worker lives on',
    prove: async ({ serve, run }) => {
      const { url } = await serve()
      const contract = `export default { name: 'c', keys: {}, figures: {}, operations: {
    take: { kind: 'http', method: 'POST', path: '/seats/{seat}', answer: (status, json) => json.state },
    look: { kind: 'http', method: 'GET', path: '/seats/{seat}', answer: () => ({ status: 1 }) },
  } }`
      const scenario = `export default {
    steps: { take: { operation: 'take', answers: { won: 'won' } }, look: { operation: 'look', answers: { seen: 'seen' } } },
    row: ({ n }) => n, journey: async (vu, seat) => { await vu.take({ seat }); await vu.look({ seat }) },
  }`
      const { account, accounting, reasons } = await run({
        urls: { control: url },
        table: oneArm(5, 1_000),
        contract,
        scenario,
      })
      expect([accounting.health.workersLost, reasons]).toEqual([0, { 'generator contract_threw': 10 }])
      expect(account.errors.map(({ example }) => example)).toEqual([
        "The contract's answer() gave undefined, not a string.",
        "The contract's answer() gave object, not a string.",
      ])
    },
  },
  {
    name: 'an answer that does not come is a time-out, and its connection is not used again',
    prove: async ({ serve, run }) => {
      const { url } = await serve((request, response) => {
        if (!request.path.endsWith('3')) allWon(request, response)
      })
      const { account, reasons, kept } = await run({
        urls: { control: url },
        table: oneArm(10, 10_000),
        // Longer than the target, which is this process, may ever rest.
        timeout: seconds(2),
      })
      expect(account.steps).toMatchObject({ begun: 19, answered: 18, timedOut: 1, failed: 0 })
      expect(reasons).toEqual({ 'target timeout': 1 })
      expect(kept.values('take', 'total', 'control', 'error')[0]).toBeGreaterThanOrEqual(seconds(2))
    },
  },
  {
    name: 'closed users start again when they are free, each on rows of its own',
    prove: async ({ serve, run }) => {
      const seats: number[] = []
      const { url } = await serve((request, response) => {
        if (request.method === 'POST') seats.push(Number(request.path.split('/')[2]))
        setTimeout(() => allWon(request, response), 10)
      })
      const closed = phase({
        kind: 'closed',
        arm: 0,
        users: 4,
        duration: seconds(2),
        think: ms(10),
        firstRow: 100,
      })
      const { account } = await run({
        urls: { control: url },
        table: oneArm(0, 0),
        phases: [closed],
        workers: 2,
      })
      expect(account.started).toBeGreaterThan(8)
      // A turn is two answers of 10 ms, 20 ms of thought and 10 ms between; timers may ring a millisecond early.
      expect(account.started).toBeLessThanOrEqual((4 * 2_000) / 46 + 4)
      expect(account.intended).toBe(account.started)
      expect(new Set(seats).size).toBe(seats.length)
      expect(Math.min(...seats)).toBe(100)
    },
  },
  {
    name: 'a closed user whose journey calls no step does not keep its worker from the others',
    prove: async ({ serve, run }) => {
      const { url } = await serve()
      const duration = seconds(3)
      const closed = phase({ kind: 'closed', arm: 0, users: 2, duration })
      const scenario = `export default {
    steps: { look: { operation: 'look', answers: { seen: 'seen' } } }, row: ({ n }) => n,
    journey: async (vu, n) => { if (n % 2 === 1) return 'skipped'; await vu.look({ seat: n }) },
  }`
      const { account, accounting } = await run({
        urls: { control: url },
        table: oneArm(0, 0),
        phases: [closed],
        scenario,
      })
      expect(account.outcomes.look?.seen).toBeGreaterThan(10)
      expect(account.started).toBeGreaterThan(account.outcomes.look?.seen ?? 0)
      // Who is kept from the loop is kept from it until the phase is over.
      expect(accounting.health.eventLoopDelay.max).toBeLessThan(duration / 2)
    },
  },
  {
    name: 'an abort half-way keeps the books: what did not start is told, what hangs is the generator’s',
    prove: async ({ serve, run }) => {
      const controller = new AbortController()
      let aborted = 0
      const { url } = await serve((request, response) => {
        if (!request.path.endsWith('7')) allWon(request, response)
        if (request.path !== '/seats/100') return
        aborted = performance.now()
        controller.abort()
      })
      const { account, accounting, reasons } = await run(
        { urls: { control: url }, table: oneArm(1_000, 5_000), workers: 2, timeout: seconds(60) },
        controller.signal,
      )
      // What hangs would for a minute.
      expect(performance.now() - aborted).toBeLessThan(20_000)
      expect(accounting.cutShort).toBe(true)
      expect(account.notStarted).toBeGreaterThan(500)
      expect(account.started).toBeGreaterThan(10)
      expect(reasons['generator aborted']).toBeGreaterThan(0)
      expect(account.steps.failed).toBe(reasons['generator aborted'])
    },
  },
  {
    name: 'a target that is killed half-way ends the load early and says so',
    prove: async (stage) => {
      const { run } = stage
      const served = await killedAt(stage, 100)
      const { accounting, account, kept, reasons } = await run({
        urls: { control: served.url },
        table: oneArm(4_000, 5_000),
      })
      expect(accounting.cutShort).toBe(true)
      // Of the twenty that the load was meant for.
      expect(accounting.elapsed).toBeLessThan(seconds(15))
      expect(kept.events.map(({ kind }) => kind)).toContain('target_lost')
      expect(account.outcomes.take?.won).toBeGreaterThan(10)
      expect(account.notStarted).toBeGreaterThan(1_000)
      expect(reasons['target refused']).toBeGreaterThan(20)
    },
  },
  {
    name: 'a target that is killed just before the end is noticed too',
    prove: async (stage) => {
      const { run } = stage
      const served = await killedAt(stage, 60)
      const { accounting, kept } = await run({ urls: { control: served.url }, table: oneArm(100, 5_000) })
      expect(accounting.cutShort).toBe(true)
      expect(kept.events.map(({ kind }) => kind)).toContain('target_lost')
    },
  },
]
