import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scratch } from '../../src/loader/load.js'
import { burst, call, inOrder, ms, open, perSecond, phase, scenario, seconds } from 'vge-perf'
import { wakefulness } from '../../src/machine/awake.js'
import { micros } from '../../src/model/time.js'
import { readConfig } from '../../src/config/read.js'
import { createEngine } from '../../src/engine/index.js'
import { recordBaseline } from '../../src/jobs/baseline.js'
import { gate, type GateOptions } from '../../src/jobs/gate.js'
import { assumedCost, costOf, withinTime } from '../../src/jobs/want.js'
import type { Wants } from '../../src/compare/input.js'
import { readyArm } from '../../src/measure/arms.js'
import type { Theft } from '../../src/measure/calm.js'
import { judgeStored, writeReports } from '../../src/jobs/report.js'
import { UserError } from '../../src/model/errors.js'
import type { GeneratorHealth } from '../../src/model/engine.js'
import type { Arm } from '../../src/model/plan.js'
import { bits } from '../../src/schedule/random.js'
import { readSessions } from '../../src/store/index.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-gate-'))
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((_, response) => response.end('{"status":"alive"}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
  writeFileSync(join(folder, 'rows.json'), JSON.stringify({ buyers: [{ id: 'b1', token: 't1' }] }))
  writeFileSync(
    join(folder, 'contract.ts'),
    `const get = { kind: 'http', method: 'GET', path: '/' }
     export default {
       name: 'tiny', operations: { health: get, look: get, login: get }, keys: {}, figures: {},
       preflight: { health: 'health', recognise: (_, json) => json.status === 'alive' ? undefined : 'it is not alive',
         whoami: { operation: 'look', kind: 'buyers', refused: ['401'] }, login: { operation: 'login', token: 'token' } },
       data: { prepare: async () => ({}), clean: async () => {}, quiet: async () => undefined },
       invariants: {
         sound: { id: 'I1', title: 'nothing is broken', needs: [], wire: ({ receipts }) => receipts.filter((one) => one.kind === 'broken').map(() => ({ id: 'seat-7', what: 'has two owners' })) },
         stored: { id: 'I2', title: 'the stores agree', needs: ['sql'], store: async () => [] },
       },
     }`,
  )
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
  rmSync(scratch(), { recursive: true, force: true })
})

const tiny = (invariants: readonly string[], leastLoad = 1) =>
  scenario('tiny', {
    slice: 'seating',
    steps: { look: call('look', { 200: 'seen' }) },
    data: () => ({ buyers: 1 }),
    row: ({ entity }) => ({ buyer: entity('buyers', 0) }),
    async journey(vu, { buyer }) {
      await vu.look({ as: buyer.token })
    },
    profiles: {
      smoke: {
        load: inOrder(phase('steady', open(perSecond(100), seconds(4))), phase('rush', burst(10))),
        budgets: { look: { p99: ms(500) } },
        leastLoad,
      },
    },
    tolerances: { look: 'default' },
    invariants,
  })

interface Play {
  /** How many times slower the candidate is. */
  readonly factor?: number
  /** By how much one unit of it differs from the next. */
  readonly sway?: number
  readonly samples?: number
  readonly broken?: Arm
  readonly invariants?: readonly string[]
  /** How the generator and the machine fared in a run of the engine, counted from 0. */
  readonly health?: (run: number) => Partial<GeneratorHealth>
  readonly leastLoad?: number
}

let plays = 0

const play = async ({
  factor = 1,
  sway = 0,
  samples = 100,
  broken,
  invariants = ['sound'],
  health = () => ({}),
  leastLoad,
}: Play): Promise<GateOptions> => {
  plays += 1
  const at = join(folder, `contract.ts`)
  const file = join(folder, `config-${plays}.ts`)
  writeFileSync(
    file,
    `export default { contract: ${JSON.stringify(at)}, data: { adapter: 'file', file: ${JSON.stringify(join(folder, 'rows.json'))} } }`,
  )
  const arms = ['control', 'candidate'] as const
  const engine = createEngine('mock', {
    script: (plan, run) => ({
      samples: plan.phases.flatMap(({ name }) =>
        arms.flatMap((arm) =>
          ['look', 'whole'].map((metric) => ({
            arm,
            metric: `${metric}@${name}`,
            outcome: metric === 'look' ? 'seen' : 'done',
            second: 0,
            values: Array.from({ length: name === 'rush' ? 10 : samples }, (_, n) =>
              Math.round(
                (1_000 + (bits('noise', n + 1_000 * run, arm) % 400)) *
                  (arm === 'candidate' ? factor + (run % 2 === 0 ? sway : -sway) : 1),
              ),
            ),
          })),
        ),
      ),
      receipts:
        broken === undefined ? [] : [{ arm: broken, receipt: { kind: 'broken', n: 1, at: 1, fact: {} } }],
      elapsed: 4_000_000,
      health: health(run),
    }),
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
    scenarios: [{ scenario: tiny(invariants, leastLoad), module: 'none', source: 'none' }],
    profile: 'smoke',
    folder: join(folder, `report-${plays}`),
    waive: [],
    noRegressionCheck: false,
    calm: () => Promise.resolve(),
  }
}

test('equal builds pass, from two fresh starts', async () => {
  const { verdict } = await gate(await play({}))
  expect(verdict).toMatchObject({ exit: 0, outcome: 'pass', mode: 'paired', scenarios: [{ starts: 2 }] })
})

test('a slower build is a regression, confirmed on fresh processes', async () => {
  const { verdict } = await gate(await play({ factor: 1.3 }))
  expect(verdict).toMatchObject({ exit: 1, outcome: 'regression' })
  expect(verdict.headline).toMatch(/look@steady.*\+3[01] %.*confirmed on fresh processes/)
  const [judged] = verdict.scenarios
  expect(judged?.metrics.find(({ name }) => name === 'look@steady p50')?.stopped?.reason).toBe('confirmed')
  expect(judged?.blame?.latencies[0]).toMatchObject({
    metric: 'look@steady',
    outcome: 'seen',
    told: 'told',
  })
})

test('gates of the same commit whose reports lie beside it are told, and nothing else', async () => {
  const options = await play({})
  const gateOf = async (name: string, commit: string) => {
    const start = async () => ({
      arms: (['control', 'candidate'] as const).map((arm) => ({
        arm,
        urls: [url],
        subject: { build: arm, ...(arm === 'candidate' ? { commit } : {}) },
      })),
      stop: async () => undefined,
    })
    const at = join(options.folder, name)
    const { verdict, judged } = await gate({ ...options, folder: at, source: { ...options.source, start } })
    await writeReports(at, verdict, judged)
    return verdict
  }
  const first = await gateOf('1', 'abc')
  expect(first.earlier).toBeUndefined()
  expect((await gateOf('2', 'def')).earlier).toBeUndefined()
  const others = {
    planted: { repeat: 'vge-perf gate --plant error' },
    unchecked: { repeat: 'vge-perf gate --no-regression-check' },
    run: { repeat: 'vge-perf run' },
    later: { startedAt: '2999-01-01T00:00:00.000Z' },
    failed: { outcome: 'failed' },
    elsewhere: { scenarios: first.scenarios.map((one) => ({ ...one, profile: 'full' })) },
  }
  for (const [name, more] of Object.entries(others)) {
    mkdirSync(join(options.folder, name))
    writeFileSync(join(options.folder, name, 'verdict.json'), JSON.stringify({ ...first, ...more }))
  }
  writeFileSync(join(options.folder, '2', 'verdict.json'), '{"outcome": "pass"')
  const again = await gateOf('3', 'abc')
  expect(again.earlier).toEqual([
    { outcome: 'pass', startedAt: first.startedAt, folder: join(options.folder, '1') },
  ])
  const stored = await judgeStored(join(options.folder, '3'), { waive: [], noRegressionCheck: false })
  expect(stored.verdict.earlier).toEqual(again.earlier)
  expect(readFileSync(join(options.folder, '3', 'verdict.md'), 'utf8')).toMatch(
    /^This commit was gated before: pass \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)\./m,
  )
})

test('a folder that holds a report is refused before anything is started', async () => {
  const options = await play({})
  await gate(options)
  const start = () => expect.fail('a target was started')
  await expect(gate({ ...options, source: { ...options.source, start } })).rejects.toMatchObject({
    exit: 2,
    reason: 'run_exists',
  })
})

test('what a gate stopped for is in its artefact', async () => {
  const options = await play({ sway: 0.3 })
  const noisy = (maxUnits: number, minutes: number) => ({
    ...options,
    folder: `${options.folder}-${maxUnits}`,
    config: {
      ...options.config,
      gate: { maxUnits, budget: (minutes * 60e6) as typeof options.config.gate.budget },
    },
  })
  for (const [limits, stopped] of [
    [noisy(6, 5), 'unit_cap'],
    [noisy(60, 0), 'time_spent'],
  ] as const) {
    const { judged } = await gate(limits)
    expect(judged[0]?.candidate.file.end).toMatchObject({ status: 'complete', stopped })
  }
})

test('where the machine has no room for the load a lighter one is compared, and the verdict says so', async () => {
  const full = { cores: { allowed: 2, busy: 0.98, own: 0.2, targetHere: true } }
  const options = await play({ factor: 1.3, leastLoad: 0.5, health: (run) => (run < 2 ? full : {}) })
  const { verdict, judged } = await gate(options)
  // What is slower is still found: both arms have the same load, whatever it is.
  expect(verdict).toMatchObject({ exit: 1, outcome: 'regression', scenarios: [{ load: 0.6 }] })
  expect(verdict.scenarios[0]?.warnings).toContainEqual(expect.stringMatching(/^only 60 % of the load/))
  for (const run of [judged[0]?.candidate, judged[0]?.control]) {
    const units = run?.file.units ?? []
    expect(units.filter((unit) => unit.discarded === 'no_room').map((unit) => unit.phase)).toEqual([
      'warm-up',
    ])
    const sliced = units.filter((unit) => unit.phase === 'measure' && unit.kind === 'slices')
    expect(new Set(sliced.map(({ load }) => load))).toEqual(new Set([0.6]))
    // Blocks are what they are.
    expect(units.filter(({ kind, load }) => kind === 'block' && load !== undefined)).toEqual([])
  }
})

test('units that the machine spoilt are sent again, and told; without the time for it nothing passes', async () => {
  const stolen = { steal: 0.4 }
  const noisy = (run: number) => (run === 1 || run === 3 ? stolen : {})
  const waits: Theft[] = []
  const calm = async (taken: Theft) => void waits.push(taken)
  const { verdict } = await gate({ ...(await play({ health: noisy })), calm })
  expect(verdict).toMatchObject({ exit: 0, scenarios: [{ health: { state: 'valid' } }] })
  // A machine that was calm until now is not looked at.
  expect(waits).toEqual(['much', 'much'])
  expect(verdict.scenarios[0]?.warnings).toContainEqual(expect.stringMatching(/^2 units did not count/))
  const options = await play({ health: () => stolen })
  const hurried = { ...options.config.gate, budget: micros(0) }
  const { calm: _, ...own } = options
  const { verdict: none, judged } = await gate({ ...own, config: { ...options.config, gate: hurried } })
  expect(none).toMatchObject({ exit: 3, reason: 'generator_behind', scenarios: [{ starts: 2 }] })
  // Only where there is a way to do it, and said once a start: each begins with cores that may sleep.
  const run = judged[0]?.candidate
  const firsts = [0, 1].map((group) => run?.file.units.find((unit) => unit.group === group)?.index ?? NaN)
  const told = run?.events().flatMap(({ kind, unit }) => (kind === 'awake' ? [unit] : []))
  const cores = wakefulness()
  cores.rouse()
  const able = cores.awake
  cores.rest()
  expect(told).toEqual(able ? firsts.map((first) => first + 1) : [])
})

test('a generator that was behind in two starts is asked for more, and may recover', async () => {
  const options = await play({ health: (run) => ({ steal: run < 12 ? 0.4 : 0 }) })
  const { verdict } = await gate(options)
  expect(verdict).toMatchObject({ exit: 0, outcome: 'pass' })
  expect(verdict.scenarios[0]?.starts).toBeGreaterThan(2)
  // A worker that died is no noise.
  const dead = await play({ health: (run) => (run === 2 ? { workersLost: 1 } : {}) })
  expect((await gate(dead)).verdict).toMatchObject({ exit: 3, scenarios: [{ starts: 2 }] })
})

test('a start is taken for those that the time is left for, and always for those that must have one', () => {
  const lane = (starts: number, want: Wants, cost: number) => ({
    taken: { starts, units: 3 * starts, confirmed: false },
    want,
    cost,
  })
  const lanes = [lane(2, 'more_units', 30), lane(2, 'more_units', 90), lane(3, 'more_units', 20)]
  expect(withinTime(lanes, 100)).toEqual([lanes[0], lanes[2]])
  expect(withinTime(lanes, 10)).toEqual([])
  const must = [lane(2, 'confirmation', 80), lane(1, 'more_units', 40)]
  expect(withinTime([...lanes, ...must], 150)).toEqual([lanes[0], ...must])
  expect(withinTime([...lanes, ...must], 0)).toEqual(must)
})

test('what a further start is for is said', async () => {
  const said: string[] = []
  const options = await play({ factor: 1.3 })
  await gate({ ...options, say: ({ doing }) => void said.push(doing) })
  expect(said.filter((one) => one.startsWith('starting'))).toEqual([
    'starting the targets (start 1)',
    'starting the targets (start 2)',
    'starting the targets (start 3; to confirm what was found: tiny)',
  ])
  // A calibration has its starts whatever was found.
  const counted = await play({})
  said.length = 0
  await gate({ ...counted, starts: 3, say: ({ doing }) => void said.push(doing) })
  expect(said).toContain('starting the targets (start 3)')
})

test('a scenario that was not measured yet costs what one is taken to cost', () => {
  expect(costOf([{ cost: 10_000 }, { cost: Infinity }, { cost: 2_000 }])).toBe(12_000 + assumedCost)
  expect(costOf([])).toBe(0)
})

test('a broken invariant ends it after the first start, and names the offender', async () => {
  const { verdict } = await gate(await play({ broken: 'candidate' }))
  expect(verdict).toMatchObject({ exit: 1, outcome: 'broken', scenarios: [{ starts: 1 }] })
  expect(verdict.headline).toMatch(/seat-7/)
})

test('absence of data is never a pass', async () => {
  expect((await gate(await play({ samples: 0 }))).verdict.exit).toBe(4)
  expect((await gate(await play({ samples: 5 }))).verdict).toMatchObject({
    exit: 3,
    reason: 'too_few_samples',
  })
})

test('what cannot be checked is inconclusive, unless it is waived by name', async () => {
  const options = await play({ invariants: ['sound', 'stored'] })
  expect((await gate(options)).verdict).toMatchObject({ exit: 3, reason: 'invariants_not_checked' })
  const waived = await play({ invariants: ['sound', 'stored'] })
  expect((await gate({ ...waived, waive: ['stored'] })).verdict).toMatchObject({
    exit: 0,
    scenarios: [{ waived: ['stored'] }],
  })
})

test('a target that is down is failed with a sentence, not judged', async () => {
  const options = await play({})
  const arms = [{ arm: 'candidate', urls: ['http://127.0.0.1:9'], subject: {} }] as const
  const source = {
    ...options.source,
    arms: ['candidate'] as const,
    start: async () => ({ arms, stop: async () => undefined }),
  }
  await expect(gate({ ...options, source })).rejects.toMatchObject({
    exit: 4,
    reason: 'target_down',
    hint: expect.stringContaining(`vge-perf report ${options.folder}`) as string,
  })
  // The page that it names can be had: nothing was measured, and nobody praises the generator.
  const { verdict } = await judgeStored(options.folder, { waive: [], noRegressionCheck: true })
  expect(verdict).toMatchObject({ exit: 4, headline: expect.stringContaining('the run broke off') as string })
})

test('what was asked wrongly, and shows on the target only, leaves no report that says that the target failed', async () => {
  const options = await play({})
  const ready = () => Promise.reject(new UserError('The target names no Postgres.', { reason: 'no_store' }))
  await expect(gate({ ...options, ready })).rejects.toMatchObject({ exit: 2, reason: 'no_store' })
  expect(existsSync(options.folder)).toBe(false)
  // A build that knows nobody any more may be what is wrong.
  const strange = await play({})
  const refused = () => Promise.reject(new UserError('It knows nobody.', { reason: 'wrong_credentials' }))
  await expect(gate({ ...strange, ready: refused })).rejects.toMatchObject({ exit: 2 })
  expect(existsSync(join(strange.folder, 'tiny', 'candidate', 'run.json'))).toBe(true)
  // What others keep there stays, and so does what was measured of another scenario.
  const two = await play({})
  const [found] = two.scenarios
  if (found === undefined) expect.fail('no scenario')
  const later = { ...found, scenario: { ...found.scenario, name: 'later' } }
  mkdirSync(join(two.folder, 'later'), { recursive: true })
  writeFileSync(join(two.folder, 'later', 'mine.txt'), '')
  const readyOnce: GateOptions['ready'] = (context, about, ...rest) =>
    about.name === 'later' ? ready() : readyArm(context, about, ...rest)
  await expect(gate({ ...two, scenarios: [found, later], ready: readyOnce })).rejects.toMatchObject({
    reason: 'no_store',
  })
  expect(readdirSync(join(two.folder, 'later'))).toEqual(['mine.txt'])
  expect(existsSync(join(two.folder, 'tiny', 'candidate', 'run.json'))).toBe(true)
})

test('a signal ends it as interrupted, with what was measured saved', async () => {
  const options = await play({})
  const controller = new AbortController()
  let units = 0
  const say: GateOptions['say'] = ({ doing }) => {
    if (doing.startsWith('unit') && (units += 1) > 3) controller.abort(new Error('interrupted'))
  }
  const { verdict } = await gate({ ...options, signal: controller.signal, say })
  expect(verdict).toMatchObject({ exit: 130, outcome: 'interrupted' })
  expect(existsSync(join(options.folder, 'tiny', 'candidate', 'run.json'))).toBe(true)
})

test('the artefact alone gives the same verdict again, and every report', async () => {
  const options = await play({ factor: 1.3 })
  const { verdict } = await gate(options)
  const again = await judgeStored(options.folder, { waive: [], noRegressionCheck: false })
  expect(again.verdict.headline).toBe(verdict.headline)
  expect(readFileSync(await writeReports(options.folder, again.verdict, again.judged), 'utf8')).toContain(
    'look@steady',
  )
})

test('what a baseline lacks is said before anything is measured', async () => {
  const options = await play({})
  let started = 0
  const source = {
    ...options.source,
    arms: ['candidate'] as const,
    start: () => {
      started += 1
      return options.source.start(0, options.signal)
    },
  }
  const session = (name: string) => ({
    formatVersion: 1 as const,
    name: 'release',
    session: 's',
    recordedAt: new Date().toISOString(),
    scenario: name,
    profile: 'smoke',
    fingerprint: { must: {}, warn: {}, subject: {} },
    metrics: {},
  })
  const baseline = { name: 'release', sessions: ['tiny', 'tiny', 'other'].map(session) }
  await expect(gate({ ...options, source, baseline })).rejects.toMatchObject({
    exit: 3,
    reason: 'too_few_sessions',
    message: 'tiny: the baseline "release" has 2 promoted sessions, and 8 are needed.',
    hint: expect.stringContaining('baseline record release --scenario tiny --profile smoke --sessions 6'),
  })
  expect(started).toBe(0)
})

test('sessions are recorded each in a file, a gate compares with them, and says how far they drifted from a release', async () => {
  const options = await play({})
  const source = {
    ...options.source,
    arms: ['candidate'] as const,
    start: async () => ({
      arms: [{ arm: 'candidate' as const, urls: [url], subject: { commit: 'abc' } }],
      stop: async () => undefined,
    }),
  }
  const root = join(folder, 'baselines')
  const asked = { root, name: 'main', sessions: 2 }
  const paths = await recordBaseline({ ...options, source }, asked)
  expect(paths).toHaveLength(2)
  const [first] = await readSessions(root, 'main')
  expect(first).toMatchObject({ scenario: 'tiny', fingerprint: { subject: { commit: 'abc' } } })
  expect(first?.promoted).toBeUndefined()
  const sessions = (factor: number) =>
    Array.from({ length: 8 }, (_, index) => ({
      ...(first ?? expect.fail('no session')),
      session: `s${index}`,
      promoted: true,
      metrics: Object.fromEntries(
        Object.entries(first?.metrics ?? {}).map(([name, { value, count }]) => {
          const moves = name.endsWith('share')
            ? 1
            : factor * (1 + 0.02 * (bits('session', index, name) / 2 ** 32))
          return [name, { value: value * moves, count }]
        }),
      ),
    }))
  const baseline = {
    name: 'main',
    sessions: sessions(1),
    pinned: { release: '1.4', sessions: sessions(0.7) },
  }
  const { verdict } = await gate({ ...options, source, baseline, folder: `${options.folder}-b` })
  expect([verdict.mode, verdict.exit]).toEqual(['baseline', 0])
  expect(verdict.scenarios[0]?.warnings).toContainEqual(
    expect.stringMatching(/^since release 1\.4 look@steady p50 has drifted by \+4\d %, from \d+ µs to/),
  )
  // Its report is judged against the same sessions, whatever becomes of the baseline.
  const report = await judgeStored(`${options.folder}-b`, { waive: [], noRegressionCheck: false })
  expect(report.verdict).toMatchObject({ mode: 'baseline', baseline: 'main', exit: 0 })
  expect(report.verdict.scenarios[0]?.warnings).toEqual(verdict.scenarios[0]?.warnings)
  let run = 0
  const noisy = await play({ health: () => ({ steal: (run += 1) <= 2 ? 0.6 : 0 }) })
  const again = await recordBaseline({ ...noisy, source }, { ...asked, name: 'noisy', sessions: 1 })
  expect(again).toHaveLength(1)
  const never = await play({ health: () => ({ steal: 0.6 }) })
  await expect(
    recordBaseline({ ...never, source }, { ...asked, name: 'never', sessions: 1 }),
  ).rejects.toMatchObject({
    exit: 3,
    message: expect.stringContaining('Attempt 3 cannot be a session of a baseline'),
    hint: expect.stringContaining('None was kept.'),
  })
  // What the target showed is not tried until it looks better.
  const bad = await play({ broken: 'candidate' })
  await expect(
    recordBaseline({ ...bad, source }, { ...asked, name: 'bad', sessions: 1 }),
  ).rejects.toMatchObject({
    exit: 1,
    message: expect.stringContaining('Attempt 1 cannot be a session of a baseline'),
  })
  for (const name of ['main@1.4', '../x'])
    await expect(recordBaseline({ ...options, source }, { ...asked, name })).rejects.toMatchObject({
      exit: 2,
    })
})
