import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { scratch } from '../../src/loader/load.js'
import { atMost, burst, call, closed, inOrder, open, perSecond, phase, scenario, seconds } from 'vge-perf'
import { findScenarios, profileOf } from '../../src/scenario/find.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-scenarios-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  // A test worker ends without its exit handlers.
  rmSync(scratch(), { recursive: true, force: true })
})

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const good = `
import { scenario, call, open, perSecond, seconds } from 'vge-perf'
export default scenario('mine', {
  slice: 'seating', steps: { look: call('health', { 200: 'ok' }) }, data: () => ({}), row: ({ n }) => ({ n }),
  async journey(vu) { await vu.look() }, profiles: { smoke: { load: open(perSecond(5), seconds(2)) } }, invariants: [],
})`

test('a file by its path is a scenario, with its gaps filled', async () => {
  const [found] = await findScenarios([file('mine.ts', good)])
  expect(found?.scenario.name).toBe('mine')
  expect(found && profileOf(found.scenario, 'smoke')).toMatchObject({
    slice: 250_000,
    timeout: 30_000_000,
    leastLoad: 1,
    load: { phases: [{ name: 'main' }] },
  })
  expect(() => found && profileOf(found.scenario, 'fulll')).toThrow(/no profile "fulll"/)
  expect(() => found && profileOf(found.scenario, 'toString')).toThrow(/no profile "toString"/)
})

test('what is wrong with a file is said in one sentence with its place', async () => {
  const refused = async (name: string, text: string) =>
    findScenarios([file(name, text)]).then(
      () => 'taken',
      (error: Error) => error.message,
    )
  expect(await refused('throws.ts', "\n\nthrow new Error('no seats')")).toMatch(
    /throws\.ts(:3)? threw while it was loaded: no seats/,
  )
  expect(await refused('other.ts', 'export default 5')).toMatch(
    /not a scenario: it has a default export that is number/,
  )
  expect(await refused('none.ts', 'export const x = 1')).toMatch(/no default export/)
  expect(await refused('syntax.ts', 'export default {')).toMatch(/syntax\.ts:1 cannot be loaded/)
  expect(
    await refused(
      'budget.ts',
      good.replace('seconds(2)) }', 'seconds(2)), budgets: { look: { p99: 5 as never } } }'),
    ),
  ).toMatch(/budget "look\.p99": 5 is not a duration/)
  expect(await findScenarios([join(folder, 'absent.ts')]).catch((error: Error) => error.message)).toMatch(
    /no scenario file/,
  )
})

test('loads refuse what is no load', () => {
  expect(() => open(perSecond(0), seconds(1))).toThrow(/rate is 0/)
  expect(() => open(perSecond(5), 3 as ReturnType<typeof seconds>)).toThrow(/not a duration/)
  expect(() => burst(1.5)).toThrow(/whole number/)
  expect(() => closed(0, seconds(1))).toThrow(/users/)
  expect(() => inOrder(phase('a', burst(1)), phase('a', burst(1)))).toThrow(/names of their own/)
  expect(() => atMost(5)).toThrow(/not a share/)
})

test('names of steps and outcomes are types', () => {
  const make = (): unknown =>
    scenario('typed', {
      slice: 'seating',
      steps: { reserve: call('reserve', { 201: 'won', 409: 'conflict' }) },
      data: () => ({}),
      row: () => ({ seat: 1 }),
      async journey(vu, { seat }) {
        const held = await vu.reserve({ seat })
        // @ts-expect-error an outcome that no answer means
        if (held.outcome === 'wonn') return 'never'
        return held.outcome
      },
      // @ts-expect-error a budget for a step that there is not
      profiles: { smoke: { load: burst(5), budgets: { resrve: { p99: seconds(1) } } } },
      invariants: [],
    })
  expect(make).not.toThrow()
})

test('an audience has somebody, some time to come in, and something to do', () => {
  const made =
    (audience: unknown, does = true) =>
    () =>
      scenario('watched', {
        slice: 'seating',
        steps: { look: call('health', { 200: 'ok' }) },
        data: () => ({}),
        row: ({ n }) => ({ n }),
        journey: async (vu) => void (await vu.look()),
        ...(does ? { audience: async () => {} } : {}),
        profiles: {
          smoke: {
            load: open(perSecond(5), seconds(2)),
            ...(audience === undefined
              ? {}
              : { audience: audience as { count: number; joining: ReturnType<typeof seconds> } }),
          },
        },
        invariants: [],
      })
  expect(made({ count: 5, joining: seconds(1) })).not.toThrow()
  expect(made({ count: 5, joining: seconds(1) }, false)).toThrow(/does not say what it does/)
  expect(made(undefined)).toThrow(/no profile has one/)
  for (const count of [0, -5, 2.5, '4'])
    expect(made({ count, joining: seconds(1) })).toThrow(/whole number of watchers/)
  for (const joining of [undefined, 0, 4, Number.NaN])
    expect(made({ count: 5, joining })).toThrow(/not a duration/)
})
