import { Recorder } from '../../../src/engine/conduct/recorder.js'
import { monotonic } from '../../../src/engine/journey/clock.js'
import { httpCaller } from '../../../src/engine/native/http/caller.js'
import { originOf } from '../../../src/engine/native/http/origin.js'
import { HttpPool } from '../../../src/engine/native/http/pool.js'
import { mergeTallies } from '../../../src/engine/conduct/merge.js'
import { newTally } from '../../../src/engine/journey/tally.js'
import { Unit } from '../../../src/engine/journey/unit.js'
import type { HttpOperation, RequestTools } from '../../../src/model/contract.js'
import type { ArmAccounting, Interval } from '../../../src/model/engine.js'
import type { Plan } from '../../../src/model/plan.js'
import type { Scenario } from '../../../src/model/scenario.js'
import { micros, ms } from '../../../src/model/time.js'

/** One journey of one step. */
export interface Ask {
  readonly id: number
  readonly method: 'GET' | 'POST'
  /** Bytes that fill its body. */
  readonly fill: number
  /** Milliseconds after the first. */
  readonly after: number
}

/** How a journey's step ended. `said` is the id in its answer. */
export interface End {
  readonly id: number
  readonly answer: string
  readonly said: unknown
}

const planOf = (url: string, timeout: number): Plan => ({
  formatVersion: 1,
  scenario: 'fuzz',
  profile: 'fuzz',
  seed: 'fuzz',
  hash: 'fuzz',
  load: { phases: [{ name: 'main', arrivals: { kind: 'burst', count: 1 } }] },
  arms: [{ arm: 'control', urls: [url], redis: undefined, rowsFile: '' }],
  phases: [
    {
      name: 'main',
      kind: 'open',
      arm: undefined,
      users: 0,
      think: micros(0),
      duration: ms(1),
      count: 0,
      firstRow: 0,
    },
  ],
  arrivalsFile: '',
  arrivals: 0,
  scenarioModule: '',
  contractModule: '',
  settings: {},
  headers: {},
  secretsFile: '',
  timeout: ms(timeout),
  workers: 1,
})

const answers = { 200: 'ok', 204: 'ok' }

const scenarioOf = (ends: End[]): Scenario => ({
  name: 'fuzz',
  slice: 'fuzz',
  steps: { get: { operation: 'get', answers }, post: { operation: 'post', answers } },
  data: () => ({}),
  row: ({ n }) => n,
  journey: async (vu, row) => {
    const { id, method, fill } = row as Ask
    const step = vu[method === 'GET' ? 'get' : 'post']
    if (step === undefined) throw new Error(`There is no step for ${method}.`)
    const { answer, json } = await step({ id, fill })
    ends.push({ id, answer, said: json.id })
  },
  audience: undefined,
  profiles: {},
  mix: {},
  tolerances: {},
  invariants: [],
  wins: {},
  needs: [],
})

const get: HttpOperation = { kind: 'http', method: 'GET', path: '/r/{id}' }
const post: HttpOperation = {
  ...get,
  method: 'POST',
  body: ({ id, fill }) => ({ id, fill: 'y'.repeat(typeof fill === 'number' ? fill : 0) }),
}

const tools: RequestTools = { secrets: {}, hmacSha256: () => '', now: () => 0, figures: {} }

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

/** Beyond the time-out, until a journey that has not ended is taken for hung. */
const patience = 5_000

/** What is left of some journeys. `hung`: some did not end. */
export interface Played {
  readonly account: ArmAccounting
  readonly intervals: readonly Interval[]
  readonly ends: readonly End[]
  readonly hung: boolean
}

/** Runs journeys within this process, on at most `cap` connections; `timeout` in milliseconds. */
export async function play(url: string, asks: readonly Ask[], cap: number, timeout: number): Promise<Played> {
  const ends: End[] = []
  const scenario = scenarioOf(ends)
  const plan = planOf(url, timeout)
  const tally = newTally(scenario)
  tally.intended = asks.length
  const pools = [new HttpPool(originOf(url), cap, tally)]
  const callers = { get: httpCaller(get, tools, {}, pools), post: httpCaller(post, tools, {}, pools) }
  const arm = { arm: 'control', tally, dataset: {}, callers, live: {}, receipts: [] } as const
  const recorder = new Recorder()
  const unit = new Unit(plan, scenario, [{ ...arm, receipts: [] }], recorder, () => {})
  const start = monotonic()
  unit.begin(start)
  const run = async (ask: Ask): Promise<void> => {
    if (ask.after > 0) await pause(ask.after)
    const phase = { phase: 0, phaseName: 'main', phaseBegan: start }
    await unit.journey({
      ...phase,
      arm: { ...arm, receipts: [] },
      n: ask.id,
      intended: monotonic(),
      row: () => ask,
    })
  }
  let hung = true
  const all = Promise.all(asks.map(run)).then(() => (hung = false))
  const guard = new AbortController()
  const limit = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timeout + patience)
    guard.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  await Promise.race([all, limit])
  guard.abort()
  unit.close()
  for (const pool of pools) pool.close()
  const intervals = recorder.take(Number.POSITIVE_INFINITY)
  return { account: mergeTallies(plan, [tally]), intervals, ends, hung }
}
