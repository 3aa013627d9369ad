import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, open, perSecond, scenario, seconds, type Tolerance } from 'vge-perf'
import { readConfig } from '../../src/config/read.js'
import { createEngine } from '../../src/engine/index.js'
import type { GateOptions } from '../../src/jobs/gate.js'
import { scratch } from '../../src/loader/load.js'
import type { Plan } from '../../src/model/plan.js'

const arms = ['control', 'candidate'] as const

export interface Play {
  /**
   * How many times the control's time the candidate takes, in a start's unit (from 0; undefined while warming up). `dosed` is true
   * behind proxies.
   */
  readonly factor?: (start: number, unit: number | undefined, dosed: boolean) => number
  readonly tolerance?: Tolerance
  readonly invariants?: readonly string[]
  /** Kinds of the receipts that every unit leaves, of one seat each. */
  readonly receipts?: readonly string[]
  /** Those receipts tell one seat to a buyer each. */
  readonly quarrel?: boolean
}

/** A gate over a mock engine: control 1,000 µs flat, so that ratios are those that were played, to the digit. Takes a folder of its own. */
export interface MockGate {
  readonly folder: string
  readonly url: string
  readonly play: (play: Play) => Promise<GateOptions>
  readonly close: () => void
}

/** Units of a start: what the gate takes. */
const each = 3

export async function mockGate(): Promise<MockGate> {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-mock-gate-'))
  const server: Server = createServer((_, response) => response.end('{"status":"alive"}'))
  // Judging may hold this process for longer than a kept connection lasts.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeFileSync(join(folder, 'rows.json'), JSON.stringify({ buyers: [{ id: 'b1', token: 't1' }] }))
  writeFileSync(
    join(folder, 'contract.ts'),
    `const get = { kind: 'http', method: 'GET', path: '/' }
     const holds = ({ receipts }) => receipts.filter((one) => one.kind === 'hold').map((one) => one.fact)
     export default {
       name: 'tiny', operations: { health: get, look: get, login: get }, keys: {}, figures: {},
       preflight: { health: 'health', recognise: (_, json) => json.status === 'alive' ? undefined : 'it is not alive',
         whoami: { operation: 'look', kind: 'buyers', refused: ['401'] }, login: { operation: 'login', token: 'token' } },
       data: { prepare: async () => ({}), clean: async () => {}, quiet: async () => undefined },
       invariants: {
         'one-owner': { id: 'I1', title: 'a seat has one owner', needs: [], wire: (tools) => {
           const owners = new Map()
           for (const { seat, buyer } of holds(tools)) owners.set(seat, (owners.get(seat) ?? new Set()).add(buyer))
           return [...owners].filter(([, buyers]) => buyers.size > 1).map(([id]) => ({ id, what: 'has two owners' }))
         } },
         careless: { id: 'I2', title: 'nothing is ever wrong', needs: [], wire: () => [] },
         stored: { id: 'I3', title: 'the stores agree', needs: ['sql'], store: async () => [] },
       },
     }`,
  )
  let plays = 0
  const play = async ({
    factor = () => 1,
    tolerance = { ignore: 0.03, reject: 0.1 },
    invariants = ['one-owner'],
    receipts = [],
    quarrel = false,
  }: Play): Promise<GateOptions> => {
    plays += 1
    const file = join(folder, `config-${plays}.ts`)
    const config = {
      contract: join(folder, 'contract.ts'),
      calibration: join(folder, `calibration-${plays}.json`),
      gate: { maxUnits: 12 },
      data: { adapter: 'file', file: join(folder, 'rows.json') },
    }
    writeFileSync(file, `export default ${JSON.stringify(config)}`)
    const engine = createEngine('mock', {
      script: (plan: Plan, run) => {
        const turn = run % (each + 1)
        const dosed = plan.arms.every((arm) => arm.urls[0] !== url)
        const slower = factor(Math.floor(run / (each + 1)), turn === 0 ? undefined : turn - 1, dosed)
        return {
          samples: arms.flatMap((arm) =>
            ['look', 'whole'].map((metric) => ({
              arm,
              metric,
              outcome: metric === 'look' ? 'seen' : 'done',
              second: 0,
              values: Array.from({ length: 100 }, () =>
                Math.round(1_000 * (arm === 'candidate' ? slower : 1)),
              ),
            })),
          ),
          receipts: arms.flatMap((arm) =>
            receipts.map((kind, n) => ({
              arm,
              receipt: {
                kind,
                n,
                at: 1,
                fact: quarrel
                  ? { seat: 'seat-7', buyer: `buyer-${n}` }
                  : { seat: `seat-${run}-${n}`, buyer: 'ann' },
              },
            })),
          ),
          elapsed: 3_000_000,
        }
      },
    })
    return {
      config: await readConfig(file),
      seed: 'seed',
      workers: 1,
      signal: new AbortController().signal,
      say: () => undefined,
      repeat: 'vge-perf gate',
      engine,
      source: {
        arms,
        topology: 'one server',
        urls: [],
        fresh: true,
        start: async () => ({
          arms: arms.map((arm) => ({ arm, urls: [url], subject: { build: arm } })),
          stop: async () => undefined,
        }),
      },
      scenarios: [{ scenario: tiny(tolerance, invariants), module: 'none', source: 'none' }],
      profile: 'smoke',
      folder: join(folder, `report-${plays}`),
      waive: [],
      noRegressionCheck: false,
      calm: () => Promise.resolve(),
    }
  }
  const close = (): void => {
    server.close()
    rmSync(folder, { recursive: true })
    // A test worker ends without its exit handlers.
    rmSync(scratch(), { recursive: true, force: true })
  }
  return { folder, url, play, close }
}

const tiny = (tolerance: Tolerance, invariants: readonly string[]) =>
  scenario('tiny', {
    slice: 'seating',
    steps: { look: call('look', { 200: 'seen' }) },
    data: () => ({ buyers: 1 }),
    row: ({ entity }) => ({ buyer: entity('buyers', 0) }),
    async journey(vu, { buyer }) {
      await vu.look({ as: buyer.token })
    },
    profiles: { smoke: { load: open(perSecond(100), seconds(4)) } },
    tolerances: { look: tolerance },
    invariants,
  })
