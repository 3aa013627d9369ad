import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { call, inOrder, ms, open, perSecond, phase, scenario, seconds, surge } from 'vge-perf'
import { readConfig } from '../../src/config/read.js'
import { createEngine } from '../../src/engine/index.js'
import { gate } from '../../src/jobs/gate.js'
import { scratch } from '../../src/loader/load.js'
import type { ScenarioVerdict } from '../../src/model/verdict.js'
import { bits } from '../../src/schedule/random.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-probes-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  rmSync(scratch(), { recursive: true, force: true })
})

writeFileSync(join(folder, 'rows.json'), JSON.stringify({ buyers: [{ id: 'b1', token: 't1' }] }))
writeFileSync(
  join(folder, 'contract.ts'),
  `const get = (path) => ({ kind: 'http', method: 'GET', path })
   export default {
     name: 'tiny', operations: { health: get('/'), take: get('/'), metrics: get('/stats') }, keys: {}, figures: {},
     preflight: { health: 'health', recognise: () => undefined,
       whoami: { operation: 'take', kind: 'buyers', refused: ['401'] }, login: { operation: 'take', token: 'token' } },
     data: { prepare: async () => ({}), clean: async () => {}, quiet: async () => undefined },
     invariants: {},
     probes: { work: { title: 'work a reading', unit: 'per_request', of: (change) => change.get('work_total') } },
   }`,
)
writeFileSync(
  join(folder, 'config.ts'),
  `export default { contract: ${JSON.stringify(join(folder, 'contract.ts'))}, data: { adapter: 'file', file: ${JSON.stringify(join(folder, 'rows.json'))} } }`,
)

const sale = scenario('sale', {
  slice: 'seating',
  steps: { look: call('take', { 200: 'seen' }), take: call('take', { 200: 'won' }) },
  data: () => ({ buyers: 1 }),
  row: ({ entity }) => ({ buyer: entity('buyers', 0) }),
  async journey(vu, { buyer }) {
    await vu.take({ as: buyer.token })
  },
  profiles: {
    smoke: {
      load: inOrder(
        phase('before', open(perSecond(100), seconds(4))),
        phase('opening', surge(40, ms(500), seconds(2))),
      ),
    },
  },
  tolerances: { look: 'default' },
  wins: { take: { won: 'hold' } },
  invariants: [],
})

/** A target whose counter grows by `work` with each reading; without it, a target that has no metrics. */
async function target(work: number | undefined): Promise<string> {
  let total = 0
  const server = createServer(({ url }, response) => {
    if (url !== '/stats') return response.end('{}')
    if (work === undefined) return response.writeHead(404).end()
    return response.end(`work_total ${(total += work)}\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}

const arms = ['control', 'candidate'] as const
const winners = 30

/** Both arms are as fast; the control serves in the order of arrival, the candidate in the opposite one. */
const engine = () =>
  createEngine('mock', {
    script: (plan, run) => {
      const parts = plan.phases.flatMap(({ name, arm: place, firstRow }) =>
        plan.arms
          .filter((_, index) => place === undefined || place === index)
          .map(({ arm }) => ({ name, arm, firstRow, isSale: name === 'opening' })),
      )
      return {
        samples: parts.map(({ name, arm, isSale }) => ({
          arm,
          metric: `${isSale ? 'take' : 'look'}@${name}`,
          outcome: isSale ? 'won' : 'seen',
          second: 0,
          values: Array.from({ length: isSale ? winners : 100 }, (_, n) =>
            Math.round(1_000 + (bits('noise', n + 1_000 * run, arm) % 400)),
          ),
        })),
        receipts: parts
          .filter(({ isSale }) => isSale)
          .flatMap(({ arm, firstRow }) =>
            Array.from({ length: winners }, (_, n) => ({
              arm,
              receipt: {
                kind: 'hold',
                n: firstRow + n,
                at: 1,
                fact: { answered: 1_000 + (arm === 'control' ? n : -n) },
              },
            })),
          ),
        elapsed: 4_000_000,
      }
    },
  })

let plays = 0

async function play(
  urls: Readonly<Record<(typeof arms)[number], string>>,
): Promise<{ verdict: ScenarioVerdict; run: string }> {
  plays += 1
  const report = join(folder, `report-${plays}`)
  const { verdict } = await gate({
    config: await readConfig(join(folder, 'config.ts')),
    seed: 'seed',
    workers: 1,
    signal: new AbortController().signal,
    say: () => undefined,
    repeat: 'vge-perf gate',
    engine: engine(),
    source: {
      arms,
      topology: 'one server',
      urls: [],
      fresh: true,
      start: async () => ({
        arms: arms.map((arm) => ({ arm, urls: [urls[arm]], subject: { build: arm } })),
        stop: async () => undefined,
      }),
    },
    scenarios: [{ scenario: sale, module: 'none', source: 'none' }],
    profile: 'smoke',
    folder: report,
    waive: [],
    noRegressionCheck: false,
  })
  const [one] = verdict.scenarios
  if (one === undefined) throw new Error('nothing was judged')
  return { verdict: one, run: join(report, 'sale', 'candidate') }
}

test('a gate shows what each arm says of itself, and how fair its sale was', async () => {
  const { verdict, run } = await play({ control: await target(4), candidate: await target(5) })
  expect(verdict.exit).toBe(0)
  const find = (name: string) => verdict.metrics.find((metric) => metric.name === name)
  expect(find('work@before')).toMatchObject({ title: 'work a reading @before', control: 4, candidate: 5 })
  expect(find('work@before')?.change?.mean).toBeCloseTo(0.25, 9)
  expect(find('work@opening')).toMatchObject({ control: 4, candidate: 5, units: 2 })
  expect(find('fairness@opening')).toMatchObject({ control: 1, candidate: -1, role: 'diagnostic', units: 2 })
  expect(verdict.warnings.filter((warning) => warning.includes('probes'))).toEqual([])
  // Measured units only: three and a block on each start, and no warm-up.
  const lines = readFileSync(join(run, 'probes.ndjson'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(8)
  expect(lines[0]).toBe('{"unit":1,"name":"work","value":5}')
})

test('a target without metrics is no failure, and is said once', async () => {
  const { verdict, run } = await play({ control: await target(4), candidate: await target(undefined) })
  expect(verdict.exit).toBe(0)
  expect(verdict.metrics.filter(({ statistic }) => statistic === 'probe')).toEqual([])
  expect(verdict.warnings.filter((warning) => warning.includes('probes'))).toEqual([
    'no probes: metrics of the candidate could not be read, or have nothing that a probe needs',
  ])
  expect(existsSync(join(run, 'probes.ndjson'))).toBe(true)
  // Once a start, with the reason.
  expect(
    readFileSync(join(run, 'events.ndjson'), 'utf8').match(/GET \/stats of .*: it answered 404/g),
  ).toHaveLength(2)
})
