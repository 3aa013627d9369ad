import fc from 'fast-check'
import { createNativeEngine } from '../../../src/engine/native/index.js'
import type { Interval } from '../../../src/model/engine.js'
import { planOf } from '../../frame/load.js'
import { slowFuzz, type Fuzz } from '../fuzz.js'
import { auditBooks } from './books.js'
import { deedNames, type DeedName } from './deeds.js'
import { serve, type Greeting } from './server.js'

const scenario = `export default {
  name: 'fuzz', steps: {
    get: { operation: 'get', answers: { 200: 'ok', 204: 'ok' } },
    post: { operation: 'post', answers: { 200: 'ok', 204: 'ok' } },
  },
  row: ({ n }) => n,
  journey: async (vu, n) => { await (n % 2 === 0 ? vu.get : vu.post)({ id: n }) },
}`

const contract = `export default {
  name: 'fuzz', keys: {}, figures: {},
  operations: {
    get: { kind: 'http', method: 'GET', path: '/r/{id}' },
    post: { kind: 'http', method: 'POST', path: '/r/{id}', body: ({ id }) => ({ id }) },
  },
}`

interface Load {
  readonly gap: number
  readonly burst: boolean
  readonly connections: number
  readonly workers: number
  readonly greetings: readonly Greeting[]
  /** What is done with each request when it comes first and again; one journey each. */
  readonly deeds: readonly (readonly DeedName[])[]
  /** Milliseconds after which the run is ended from outside. */
  readonly abort: number | null
}

const load: fc.Arbitrary<Load> = fc.record({
  gap: fc.constantFrom(0, 500, 2_000),
  burst: fc.boolean(),
  connections: fc.constantFrom(4, 40, 400),
  workers: fc.constantFrom(1, 2),
  greetings: fc.array(fc.constantFrom<Greeting>('serve', 'serve', 'end', 'reset', 'answer', 'noise'), {
    maxLength: 5,
  }),
  deeds: fc.array(fc.array(fc.constantFrom(...deedNames), { minLength: 1, maxLength: 2 }), {
    minLength: 20,
    maxLength: 120,
  }),
  abort: fc.constantFrom(null, null, null, 60),
})

const engine = createNativeEngine()

const timeoutSeconds = 0.1

const problemOf = async (one: Load): Promise<string | undefined> => {
  const { greetings, deeds, gap, burst, abort } = one
  const server = await serve({ greetings, deeds: (id) => deeds[id] ?? [] })
  const starts = deeds.map((_, index) => (burst ? 0 : index * gap))
  const { plan, remove } = planOf({ ...one, url: server.url, starts, scenario, contract, timeoutSeconds })
  const intervals: Interval[] = []
  const ignore = (): void => {}
  const sink = {
    interval: (part: Interval) => void intervals.push(part),
    receipt: ignore,
    event: ignore,
    exemplar: ignore,
    progress: ignore,
  }
  const controller = new AbortController()
  const timer = abort === null ? undefined : setTimeout(() => controller.abort(), abort)
  try {
    const { arms } = await engine.run(plan, sink, controller.signal)
    const account = arms.candidate
    if (account === undefined) return 'no accounting'
    const requests = new Map(
      deeds.map((all, id) => [id, { method: id % 2 === 0 ? 'GET' : 'POST', deeds: all }] as const),
    )
    const problems = auditBooks({ account, intervals, requests, greetings, ledger: server.ledger })
    if (account.intended !== deeds.length) problems.push(`intended ${account.intended} of ${deeds.length}`)
    return problems.length === 0 ? undefined : problems.join('; ')
  } finally {
    clearTimeout(timer)
    remove()
    await server.close()
  }
}

export const engineFuzz: Fuzz = {
  ...slowFuzz(
    {
      name: 'engine.accounting',
      about:
        'Through the whole engine with its workers, bursts and aborts, the books hold against any server.',
      share: 100,
      batch: 100,
    },
    load,
    problemOf,
  ),
  end: () => engine.close(),
}
