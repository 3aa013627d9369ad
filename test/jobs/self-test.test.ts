import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfTest } from '../../src/jobs/self-test.js'
import { mockGate, type MockGate, type Play } from './mock-gate.js'

let mock: MockGate
beforeAll(async () => void (mock = await mockGate()))
afterAll(() => mock.close())

/** Half as slow again behind a proxy that delays, and holds that a lie can be told about. */
const sound: Play = {
  factor: (_, unit = 0, dosed) => (dosed ? 1.5 : 1) + unit / 1_000,
  receipts: ['hold', 'other'],
}

test('a gate that can fail goes red on a slowdown and on a forged receipt', async () => {
  const options = await mock.play(sound)
  const { scenario, planted, untested } = await selfTest(options)
  expect(scenario).toBe('tiny')
  expect(untested).toEqual([])
  expect(planted).toMatchObject([
    {
      what: expect.stringMatching(/proxy made 15 % slower/),
      caught: true,
      said: expect.stringMatching(/^REGRESSION {2}look is slower/),
    },
    {
      what: 'a forged receipt of kind hold',
      caught: true,
      said: expect.stringMatching(/^BROKEN {2}has two owners \(seat-/),
    },
  ])
  // The lie is in a copy; what was measured is as it was.
  const lines = (folder: string): number =>
    readFileSync(
      join(options.folder, 'self-test', folder, 'tiny', 'candidate', 'receipts.ndjson'),
      'utf8',
    ).split('\n').length
  expect(lines('forged')).toBe(lines('slower-15') + 1)
  expect(existsSync(join(options.folder, 'tiny'))).toBe(false)
})

const failed = { name: 'UserError', exit: 4, reason: 'self_test_failed' }

test('a gate whose tolerance is so wide that four times as slow is nothing cannot fail, and says so', async () => {
  const options = await mock.play({
    ...sound,
    factor: (_, unit = 0, dosed) => (dosed ? 4 : 1) + unit / 1_000,
    tolerance: { ignore: 5, reject: 10 },
  })
  await expect(selfTest(options)).rejects.toMatchObject({
    ...failed,
    message: expect.stringMatching(/cannot fail: .*300 % slower \(tiny\)\. It said: PASS/) as string,
    hint: expect.stringMatching(/real gate was not run\. Are tolerances too wide/) as string,
  })
})

test('what was too little to tell is tried once more with a plainer dose', async () => {
  let tried = 0
  const options = await mock.play({
    ...sound,
    factor: (_, unit = 0, dosed) => {
      if (dosed && unit === 0) tried += 1
      // Two starts of the first dose, whose units are far apart, then two of the second.
      return dosed && tried <= 4 ? ([0.8, 1.5, 1.1][unit] ?? 1) : (dosed ? 1.5 : 1) + unit / 1_000
    },
  })
  const { planted } = await selfTest(options)
  expect(planted[0]).toMatchObject({ what: expect.stringMatching(/30 % slower/), caught: true })
})

test('a gate that does not see the slowdown cannot fail', async () => {
  await expect(selfTest(await mock.play({ receipts: ['hold'] }))).rejects.toMatchObject(failed)
})

test('nor can one whose invariants mind no lie', async () => {
  const options = await mock.play({ ...sound, invariants: ['careless'] })
  await expect(selfTest(options)).rejects.toMatchObject({
    ...failed,
    message: expect.stringMatching(/did not go red on wins that were told twice/) as string,
  })
})

test('nor one whose calibration lets no latency gate', async () => {
  const options = await mock.play(sound)
  const { calibrate } = await import('../../src/jobs/calibrate.js')
  const { scenarios } = await calibrate({
    ...(await mock.play({ factor: (_, unit = 0) => [3, 0.3, 1][unit] ?? 1 })),
    starts: 2,
    doses: [],
    rounds: 1,
  })
  await expect(selfTest({ ...options, calibration: { formatVersion: 1, scenarios } })).rejects.toMatchObject({
    ...failed,
    message: expect.stringMatching(/no latency may gate/) as string,
  })
})

test('what cannot be planted is told; when that is all, nothing was shown', async () => {
  const { planted, untested } = await selfTest(await mock.play({ ...sound, invariants: ['stored'] }))
  expect(planted).toHaveLength(1)
  expect(untested).toEqual(['a broken invariant: none of them can be told from receipts alone'])
  const options = await mock.play({ ...sound, invariants: [] })
  await expect(selfTest({ ...options, noRegressionCheck: true })).rejects.toMatchObject({
    ...failed,
    message: expect.stringMatching(
      /Nothing could be planted.*nothing is compared.*tiny promises none/,
    ) as string,
  })
})
