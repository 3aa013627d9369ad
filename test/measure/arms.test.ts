import { createServer } from 'node:http'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { call, open, perSecond, scenario, seconds } from 'vge-perf'
import type * as Data from '../../src/data/index.js'
import { createEngine } from '../../src/engine/index.js'
import { readyArm } from '../../src/measure/arms.js'
import type { MeasureContext, Progress } from '../../src/measure/context.js'
import type { Contract } from '../../src/model/contract.js'
import { micros } from '../../src/model/time.js'

/** Stores and rows without a database: what is done with them, in order. */
const data = vi.hoisted(() => {
  const done: string[] = []
  return { done, clean: () => Promise.resolve(), close: () => Promise.resolve() }
})
vi.mock('../../src/data/index.js', (): Partial<typeof Data> => ({
  connectStores: async () => ({
    close: () => {
      data.done.push('closed')
      return data.close()
    },
  }),
  prepareData: async () => ({
    dataset: { buyers: [{ id: 'b1', token: 'secret-1' }] },
    clean: () => {
      data.done.push('cleaned')
      return data.clean()
    },
  }),
}))
beforeEach(() => {
  data.done.length = 0
  data.clean = () => Promise.resolve()
  data.close = () => Promise.resolve()
})

const tiny = scenario('tiny', {
  slice: 'seating',
  steps: { look: call('look', { 200: 'seen' }) },
  data: () => ({ buyers: 1 }),
  row: ({ entity }) => ({ buyer: entity('buyers', 0) }),
  async journey(vu, { buyer }) {
    await vu.look({ as: buyer.token })
  },
  profiles: { smoke: { load: open(perSecond(1), seconds(1)) } },
  tolerances: { look: 'default' },
  invariants: [],
})

const contractWith = (auth: string): Contract => ({
  name: 'tiny',
  operations: {
    health: { kind: 'http', method: 'GET', path: '/' },
    look: { kind: 'http', method: 'GET', path: '/', auth },
  },
  keys: {},
  figures: {},
  preflight: {
    health: 'health',
    recognise: () => undefined,
    whoami: { operation: 'look', kind: 'buyers', refused: ['401'] },
    login: { operation: 'look', token: 'token' },
  },
  data: { prepare: async () => ({}), clean: async () => undefined, quiet: async () => undefined },
  invariants: {},
})

/** Readies an arm of a target that answers `status` to whoever shows a token. */
async function ready({ auth = 'as', status = 200, folder = '' }) {
  const shown: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    shown.push(headers.authorization)
    response.writeHead(headers.authorization === undefined ? 200 : status).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = mkdtempSync(join(tmpdir(), 'vge-perf-arms-'))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    rmSync(own, { recursive: true })
  })
  const address = server.address()
  const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
  if (folder !== '') writeFileSync(join(own, folder), '')
  const said: Progress[] = []
  const context: MeasureContext = {
    contract: contractWith(auth),
    contractModule: 'none',
    config: {
      settings: {},
      targets: {},
      embedded: { nodes: 1, settings: {} },
      generator: {},
      headers: {},
      secrets: {},
      data: { adapter: 'sql' },
      waive: [],
      labels: {},
      environments: {},
      calibration: 'vge-perf.calibration.json',
      gate: { maxUnits: 12, budget: micros(1_000_000) },
    },
    engine: createEngine('mock', { script: () => ({ samples: [], elapsed: 1 }) }),
    folder: own,
    seed: 's',
    workers: 1,
    signal: new AbortController().signal,
    // What goes on with a scenario is news of a moment; what is of none stays on the screen.
    say: (progress) => void (progress.scenario === '' && said.push(progress)),
  }
  const target = { arm: 'candidate', urls: [url], subject: {} } as const
  return { arm: readyArm(context, tiny, { buyers: 1 }, target, 's-0'), said, shown }
}

const stuck = () => Promise.reject(new Error('the table is locked'))
const stays = {
  scenario: '',
  lasting: true,
  doing:
    'tiny: rows stay in the stores of the candidate, they could not be cleaned away (the table is locked)',
}

test('an arm that is ready has rows on disk; closing it cleans them away, then closes the stores', async () => {
  const { arm, said } = await ready({})
  const { plan, close } = await arm
  expect(existsSync(plan.rowsFile)).toBe(true)
  expect(data.done).toEqual([])
  await close()
  expect(data.done).toEqual(['cleaned', 'closed'])
  expect(said).toEqual([])
})

test('the token is shown under whatever name the operation gives it', async () => {
  const { arm, shown } = await ready({ auth: 'bearer' })
  await (await arm).close()
  expect(shown).toEqual([undefined, 'Bearer secret-1'])
  const other = await ready({ auth: 'bearer', status: 401 })
  await expect(other.arm).rejects.toMatchObject({ reason: 'wrong_credentials' })
})

test('a cleaning that fails at the end is said, and the stores are closed', async () => {
  const { arm, said } = await ready({})
  data.clean = stuck
  await (await arm).close()
  expect(said).toEqual([stays])
  expect(data.done).toEqual(['cleaned', 'closed'])
})

test('credentials that are refused are told, though the cleaning and the closing fail as well', async () => {
  data.clean = stuck
  data.close = stuck
  const { arm, said } = await ready({ status: 401 })
  await expect(arm).rejects.toMatchObject({ reason: 'wrong_credentials' })
  expect(said).toEqual([stays])
  expect(data.done).toEqual(['cleaned', 'closed'])
})

test('rows that cannot be written down are cleaned away', async () => {
  // A file where the arm's folder has to be.
  const { arm } = await ready({ folder: 'candidate' })
  await expect(arm).rejects.toMatchObject({ code: 'EEXIST' })
  expect(data.done).toEqual(['cleaned', 'closed'])
})

test('a cleaning that throws at once is no other failure', async () => {
  data.clean = () => {
    throw new Error('the table is locked')
  }
  const { arm, said } = await ready({ status: 401 })
  await expect(arm).rejects.toMatchObject({ reason: 'wrong_credentials' })
  expect(said).toEqual([stays])
})
