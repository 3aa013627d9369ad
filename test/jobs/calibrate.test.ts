import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calibrate } from '../../src/jobs/calibrate.js'
import { gate } from '../../src/jobs/gate.js'
import { judgeStored } from '../../src/jobs/report.js'
import type { CalibratedMetric, CalibratedScenario, Calibration } from '../../src/model/calibration.js'
import { readCalibration, saveCalibration } from '../../src/store/index.js'
import { mockGate, type MockGate, type Play } from './mock-gate.js'

let mock: MockGate
beforeAll(async () => void (mock = await mockGate()))
afterAll(() => mock.close())

const names = ['look p50', 'look p75–p95']

const calibrated = async (play: Play, starts: number, doses: readonly number[] = [], rounds = 1) => {
  const options = await mock.play(play)
  const found = await calibrate({ ...options, starts, doses, rounds })
  return { ...found, options, file: options.config.calibration }
}

/** Units of two starts: what the candidate takes of the control's 1,000 µs, in whole microseconds. */
const played = [
  [1.01, 0.99, 1],
  [1.02, 1, 1.01],
]

test('spreads are those of the units that were played, to the digit, and are kept in a file that reads well', async () => {
  const factor = (start: number, unit = 0): number => played[start]?.[unit] ?? 1
  const { scenarios, file } = await calibrated({ factor }, 2)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = (values: readonly number[], around: number): number =>
    values.reduce((sum, value) => sum + (value - around) ** 2, 0)
  const starts = played.map((units) => units.map(Math.log))
  const all = starts.flat()
  const sigma = Math.sqrt(squares(all, mean(all)) / 5)
  const within = starts.reduce((sum, start) => sum + squares(start, mean(start)), 0) / 4
  const apart = starts.reduce((sum, start) => sum + 3 * (mean(start) - mean(all)) ** 2, 0)
  const between = Math.sqrt(Math.max(0, (apart - within) / 3))
  expect(scenarios).toHaveLength(1)
  expect(scenarios[0]).toMatchObject({ scenario: 'tiny', starts: 2, units: 6, cap: 12 })
  expect(Object.keys(scenarios[0]?.metrics ?? {})).toEqual(names)
  const found = scenarios[0]?.metrics['look p50']
  expect(found?.sigma).toBeCloseTo(sigma, 12)
  expect(found?.between).toBeCloseTo(between, 12)
  expect(found).toMatchObject({ tolerance: { ignore: 0.03, reject: 0.1 }, pairs: 6, mayGate: true })
  expect(found?.smallest).toBeGreaterThan(0.03)
  expect(found?.smallest).toBeLessThan(0.1)

  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^ {8}"look p50": \{\n {10}"sigma": 0\.0\d{1,3},$/m)
  const kept = await readCalibration(file)
  expect(kept?.scenarios[0]?.metrics['look p50']?.sigma).toBeCloseTo(sigma, 3)
  expect(kept?.scenarios[0]?.must).toMatchObject({ scenario: 'tiny', profile: 'smoke', engine: 'mock' })
})

const noisy = (_: number, unit = 0): number => [1.4, 0.7, 1][unit] ?? 1

test('a metric too noisy for its tolerance may not gate, and what would let it is told', async () => {
  const { scenarios } = await calibrated({ factor: noisy }, 2)
  const found = scenarios[0]?.metrics['look p50']
  expect(found).toMatchObject({ mayGate: false, between: 0 })
  expect(found?.pairs).toBeUndefined()
  // For these margins and so many units a spread of 3 % is about the most (`bench/README.md`).
  expect(found?.bearable).toBeGreaterThan(0.02)
  expect(found?.bearable).toBeLessThan(0.04)
  // The tail gets margins four times as wide, and this spread is too wide for those as well.
  expect(scenarios[0]?.metrics['look p75–p95']?.mayGate).toBe(false)
})

test('doses go through proxies of which the candidate’s alone delays, and are counted', async () => {
  // The generator’s own part of a latency does not grow: a dose of 20 % reads as 18 %.
  let slower = 1.18
  const play: Play = { factor: (_, unit, dosed) => (dosed ? slower : 1) + (unit === 1 ? 0.002 : 0) }
  const { scenarios, file, proxies } = await calibrated(play, 2, [0.2], 2)
  const [dose] = scenarios[0]?.doses ?? []
  expect(dose).toMatchObject({ dose: 0.2, caught: 2, missed: 0, inconclusive: 0 })
  expect(dose?.read['look p50']).toBeCloseTo(0.18, 2)
  // Two starts a gate and one that confirms it.
  expect(proxies).toHaveLength(6)
  slower = 1
  const blind = await calibrated(play, 2, [0.2])
  expect(blind.scenarios[0]?.doses).toMatchObject([{ caught: 0, missed: 1, inconclusive: 0 }])
  expect((await readCalibration(file))?.scenarios[0]?.doses).toHaveLength(1)
})

test('builds that break their promises teach nothing, and no file is written', async () => {
  const options = await mock.play({ receipts: ['hold', 'hold'], quarrel: true })
  await expect(calibrate({ ...options, starts: 2, doses: [], rounds: 1 })).rejects.toMatchObject({
    name: 'UserError',
    exit: 1,
    reason: 'invariant_broken',
    message: expect.stringMatching(/learnt from equal builds: BROKEN .*seat-7/) as string,
  })
  expect(existsSync(options.config.calibration)).toBe(false)
})

test('an entry takes the place of its own scenario and profile, and of no other', async () => {
  const file = join(mock.folder, 'kept.json')
  const entry = (scenario: string, starts: number): CalibratedScenario => ({
    scenario,
    profile: 'smoke',
    recordedAt: '2026-11-25T10:00:00.000Z',
    must: {},
    starts,
    units: 6,
    cap: 24,
    metrics: {},
    doses: [],
  })
  await saveCalibration(file, [entry('b', 2), entry('a', 3)])
  await saveCalibration(file, [entry('b', 4)])
  const { scenarios } = (await readCalibration(file)) ?? { scenarios: [] }
  expect(scenarios.map(({ scenario, starts }) => [scenario, starts])).toEqual([
    ['a', 3],
    ['b', 4],
  ])
})

/** A gate of a build with a calibration in which these metrics may gate, and what else is to differ. */
const gated = async (play: Play, may: readonly string[], other: Partial<CalibratedScenario> = {}) => {
  const { scenarios } = await calibrated({}, 2)
  const known: CalibratedMetric = {
    sigma: 0.31,
    between: 0,
    tolerance: { ignore: 0.03, reject: 0.1 },
    smallest: 0.5,
    mayGate: false,
    bearable: 0.05,
  }
  const tail = { ignore: 0.03 * 4, reject: 0.1 * 4 }
  const metrics = Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...known,
        mayGate: may.includes(name),
        tolerance: name === 'look p50' ? known.tolerance : tail,
      },
    ]),
  )
  const calibration: Calibration = {
    formatVersion: 1,
    scenarios: scenarios.map((one) => ({ ...one, metrics, ...other })),
  }
  const options = await mock.play(play)
  const { verdict } = await gate({ ...options, calibration })
  return { verdict, options, scenario: verdict.scenarios[0] }
}

test('what is too noisy here is shown and not judged, says so, and comes out the same from the artefact alone', async () => {
  const factor = (_: number, unit = 0): number => 1 + unit / 1_000
  const { verdict, scenario, options } = await gated({ factor }, ['look p50'])
  expect(verdict).toMatchObject({ exit: 0, outcome: 'pass' })
  expect(scenario?.metrics.find(({ name }) => name === 'look p75–p95')).toMatchObject({
    role: 'diagnostic',
    decision: 'inconclusive',
    reason: 'too_noisy_here',
  })
  expect(scenario?.warnings).toEqual([
    expect.stringMatching(/^look p75–p95 cannot gate here and is only shown: equal builds spread by 31 %/),
  ])
  const again = await judgeStored(options.folder, { waive: [], noRegressionCheck: false })
  expect(again.verdict.scenarios).toEqual(verdict.scenarios)
})

test('a gate in which no latency may gate is inconclusive, never a pass, and tells what to do', async () => {
  const { verdict } = await gated({}, [])
  expect(verdict).toMatchObject({ exit: 3, outcome: 'inconclusive', reason: 'no_metric_may_gate' })
  expect(verdict.next).toMatch(/^vge-perf calibrate --scenario tiny --profile smoke \(on a quieter machine/)
})

test('a change that would have been a regression is told though it is not judged', async () => {
  const { verdict, scenario } = await gated({ factor: (_, unit = 0) => 1.5 + unit / 1_000 }, [])
  expect(verdict).toMatchObject({ exit: 3, reason: 'no_metric_may_gate' })
  expect(scenario?.warnings.join(' ')).toMatch(/look p50 .*it read \+50 % .*would have been a regression/)
})

test('a calibration relaxes nothing but latencies', async () => {
  const { verdict, scenario } = await gated({ receipts: ['hold', 'hold'], quarrel: true }, [])
  expect(verdict).toMatchObject({ exit: 1, outcome: 'broken' })
  expect(
    scenario?.metrics.filter(({ role, unit }) => role === 'gate' && unit !== 'us').map(({ name }) => name),
  ).toEqual(['achieved rate', 'error share'])
  const unchecked = await gated({ invariants: ['stored'] }, ['look p50'])
  expect(unchecked.verdict).toMatchObject({ exit: 3, reason: 'invariants_not_checked' })
})

test.each<[string, Partial<CalibratedScenario>, RegExp]>([
  ['ahead', { recordedAt: '2999-01-01T00:00:00.000Z' }, /recorded after this run, at 2999.*calibrate/],
  ['expired', { recordedAt: '2026-01-01T00:00:00.000Z' }, /of 2026-01-01 is older than 30 days: .*calibrate/],
  ['of a lighter load', { load: 0.6 }, /of 60 % of the load, and 100 % was sent: .*calibrate/],
  [
    'of another machine',
    { must: { machine: 'another' } },
    /other conditions \(.*machine: another → .*calibrate/,
  ],
  ['of another profile', { profile: 'ci' }, /no calibration of profile smoke: .*calibrate --scenario tiny/],
  [
    'for other tolerances',
    {
      metrics: {
        'look p50': {
          sigma: 1,
          between: 0,
          tolerance: { ignore: 0.5, reject: 1 },
          smallest: 1,
          mayGate: false,
        },
      },
    },
    /look p50 was calibrated for other tolerances.*calibrate/,
  ],
])('a calibration that is %s is told and left aside', async (_, other, sentence) => {
  const { verdict, scenario } = await gated({ factor: (_start, unit = 0) => 1.3 + unit / 1_000 }, [], other)
  expect(verdict).toMatchObject({ exit: 1, outcome: 'regression' })
  expect(scenario?.warnings.join(' ')).toMatch(sentence)
  expect(scenario?.metrics.filter(({ reason }) => reason === 'too_noisy_here')).toEqual([])
})

test('a file that is damaged is refused by its name, exit 2', async () => {
  const { file } = await calibrated({}, 2)
  const text = readFileSync(file, 'utf8')
  for (const [wrong, sentence] of [
    [text.slice(0, 60), /calibration-\d+\.json: expected JSON/],
    [text.replace('"formatVersion": 1', '"formatVersion": 9'), /expected formatVersion 1, found 9/],
    [text.replace('"mayGate": true', '"mayGate": "yes"'), /mayGate: expected boolean, found "yes"/],
  ] as const) {
    writeFileSync(file, wrong)
    await expect(readCalibration(file)).rejects.toMatchObject({
      name: 'UserError',
      exit: 2,
      message: expect.stringMatching(sentence) as string,
    })
  }
})
