import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareRuns } from '../../src/jobs/compare.js'
import { judgeStored, writeReports } from '../../src/jobs/report.js'
import type { RunHeader } from '../../src/model/artefact.js'
import { sessionOf } from '../../src/jobs/session.js'
import { createGroup, readGroup, saveJudging } from '../../src/store/index.js'
import { header, temporary, unitRecord } from '../store/fixture.js'
import { storedGate } from './stored-gate.js'

const asked = { waive: [], repeat: 'vge-perf compare a b' } as const

/** A report with one scenario, measured on one arm; returns its folder. */
async function report(folder: string, scenario = 'seat-selection', about: Partial<RunHeader> = {}) {
  const group = { scenario, profile: 'smoke', arms: ['candidate'] } as const
  const writer = await createGroup(join(folder, scenario), group, {
    candidate: { ...header, scenario, ...about },
  })
  await writer.unit({ candidate: unitRecord(0, 0) })
  await writer.end({ endedAt: '2026-02-03T04:05:47.789Z', status: 'complete' })
  return folder
}

test('a report judged again keeps when it began and how long it took', async () => {
  const { verdict } = await judgeStored(await report(temporary()), { waive: [], noRegressionCheck: true })
  expect([verdict.startedAt, verdict.elapsedSeconds]).toEqual(['2026-02-03T04:05:06.789Z', 41])
})

test('a report with one scenario stands for its candidate, and two stored runs are not called paired', async () => {
  const [a, b] = [await report(temporary()), await report(temporary())]
  const verdict = await compareRuns(a, join(b, 'seat-selection', 'candidate'), asked)
  expect(verdict).toMatchObject({ mode: 'stored', scenarios: [{ scenario: 'seat-selection' }] })
  expect(verdict.startedAt > header.startedAt).toBe(true)
})

test('other load is refused, and a folder with several runs lists them', async () => {
  const a = await report(temporary())
  for (const [about, reason] of [
    [{ profile: 'ci' }, 'other_profile'],
    [{ planHash: 'beef' }, 'other_plan'],
  ] as const) {
    const b = await report(temporary(), 'seat-selection', about)
    await expect(compareRuns(a, b, asked)).rejects.toMatchObject({ exit: 2, reason })
  }
  const light = temporary()
  const writer = await createGroup(
    join(light, 'seat-selection'),
    { scenario: 'seat-selection', profile: 'smoke', arms: ['candidate'] },
    { candidate: header },
  )
  await writer.unit({ candidate: { ...unitRecord(0, 0), load: 0.6 } })
  await expect(compareRuns(a, light, asked)).rejects.toMatchObject({
    exit: 2,
    reason: 'other_load',
    message: expect.stringContaining('"60 % of its plan"') as string,
  })
  const both = await report(await report(temporary()), 'checkout')
  await expect(compareRuns(a, both, asked)).rejects.toMatchObject({
    reason: 'many_runs',
    hint: `It holds ${join(both, 'checkout')}, ${join(both, 'seat-selection')}.`,
  })
  mkdirSync(join(both, 'empty'))
  await expect(compareRuns(a, join(both, 'empty'), asked)).rejects.toThrow(/run\.json cannot be read/)
})

test('a scenario whose runs are gone since it was judged is missed', async () => {
  const folder = await report(await report(temporary()), 'checkout')
  const whole = { waive: [], noRegressionCheck: true, whole: true } as const
  const { verdict, judged } = await judgeStored(folder, whole)
  await writeReports(folder, verdict, judged)
  expect((await judgeStored(folder, whole)).verdict.scenarios).toHaveLength(2)
  rmSync(join(folder, 'checkout'), { recursive: true })
  await expect(judgeStored(folder, whole)).rejects.toMatchObject({
    exit: 2,
    reason: 'missing_file',
    message: expect.stringContaining('checkout') as string,
  })
  writeFileSync(join(folder, 'verdict.json'), '{}')
  await expect(judgeStored(folder, whole)).rejects.toMatchObject({ exit: 2, reason: 'unreadable_file' })
  rmSync(join(folder, 'verdict.json'))
  expect((await judgeStored(folder, whole)).verdict.scenarios).toHaveLength(1)
})

test('units that say what no unit can are refused in a sentence', async () => {
  const folder = await report(temporary())
  const path = join(folder, 'seat-selection', 'candidate', 'run.json')
  const file = JSON.parse(readFileSync(path, 'utf8')) as { readonly units: readonly object[] }
  const alone = { waive: [], noRegressionCheck: true }
  for (const wrong of [
    { load: 0 },
    { load: 7 },
    { load: -1 },
    { discarded: 'spoilt' },
    { seconds: 9e15 },
    { startedAt: 1e300 },
    { startedAt: -1e300 },
  ]) {
    const units = file.units.map((unit) => ({ ...unit, ...wrong }))
    writeFileSync(path, JSON.stringify({ ...file, units }))
    await expect(judgeStored(folder, alone)).rejects.toMatchObject({ exit: 2, reason: 'unreadable_file' })
  }
  writeFileSync(path, JSON.stringify({ ...file, units: [...file.units, ...file.units] }))
  await expect(judgeStored(folder, alone)).rejects.toThrow(/units: two units have one index/)
  await expect(judgeStored(path, alone)).rejects.toMatchObject({ exit: 2, reason: 'no_report' })
})

const promise = {
  id: 'I1',
  title: 'no seat is sold twice',
  group: 0,
  status: 'not_checked',
  offenders: [],
  count: 0,
} as const

test('what was waived when it was measured is waived in its report, and a report can waive more', async () => {
  const folder = temporary()
  const promises = {
    ...header.promises,
    budgets: { quantiles: {} },
    mix: {},
    wins: {},
    invariants: ['one', 'two'],
  }
  const group = { scenario: 'seat-selection', profile: 'smoke', arms: ['candidate'] } as const
  const writer = await createGroup(join(folder, 'seat-selection'), group, {
    candidate: { ...header, promises },
  })
  const plain = unitRecord(0, 0)
  await writer.unit({ candidate: { ...plain, accounting: { ...plain.accounting, errors: [] } } })
  await writer.arm('candidate')?.invariants(['one', 'two'].map((name) => ({ ...promise, name })))
  await writer.end({ endedAt: '2026-02-03T04:05:47.789Z', status: 'complete' })
  const open = async (waive: readonly string[] = []): Promise<string> =>
    (await judgeStored(folder, { waive, noRegressionCheck: true })).verdict.scenarios[0]?.waived.join() ?? ''
  expect(await open()).toBe('')
  await saveJudging(join(folder, 'seat-selection'), {
    mode: 'none',
    waive: ['one'],
    fresh: true,
    minutes: 16,
  })
  expect(await open()).toBe('one')
  expect(await open(['one', 'two'])).toBe('one,two')
})

test('a gate against a baseline is judged against the same sessions in its report, as old as they were then', async () => {
  const folder = await storedGate(temporary())
  const group = join(folder, 'seat-selection')
  const { candidate } = await readGroup(group)
  if (candidate === undefined) throw new Error('no candidate')
  const sessions = Array.from({ length: 8 }, (_, at) => ({
    ...sessionOf('rel', candidate),
    session: `s${at}`,
    recordedAt: new Date(Date.parse(candidate.file.startedAt) - at * 3_600_000).toISOString(),
  }))
  const judging = { mode: 'baseline', waive: [], fresh: true, minutes: 16 } as const
  await saveJudging(group, { ...judging, baseline: { name: 'rel', sessions } })
  const judge = () => judgeStored(folder, { waive: [], noRegressionCheck: false })
  expect((await judge()).verdict).toMatchObject({ mode: 'baseline', baseline: 'rel', exit: 0 })
  const slower = sessions.map((session) => ({
    ...session,
    metrics: { ...session.metrics, 'reserve p50': { value: 1_000, count: 900, outcome: 'won' } },
  }))
  await saveJudging(group, { ...judging, baseline: { name: 'rel', sessions: slower } })
  expect((await judge()).verdict).toMatchObject({ mode: 'baseline', exit: 1, outcome: 'regression' })
  await saveJudging(group, { ...judging, baseline: { name: 'rel', sessions: slower.slice(1) } })
  const { next } = (await judge()).verdict
  expect(next).toContain('vge-perf baseline record rel ')
  writeFileSync(join(group, 'judging.json'), '{')
  await expect(judge()).rejects.toMatchObject({ exit: 2, reason: 'unreadable_file' })
})

test('a gate of targets that nobody restarted says so in its report, too', async () => {
  const folder = await storedGate(temporary())
  const warned = async () =>
    (await judgeStored(folder, { waive: [], noRegressionCheck: false })).verdict.scenarios[0]?.warnings.join()
  expect(await warned()).not.toContain('were not restarted')
  await saveJudging(join(folder, 'seat-selection'), { mode: 'paired', waive: [], fresh: false, minutes: 16 })
  expect(await warned()).toContain('were not restarted')
})

test('a report without a comparison says that there was none, and is no try of its gate', async () => {
  const folder = await storedGate(temporary(), { factor: 1.5 })
  expect((await judgeStored(folder, { waive: [], noRegressionCheck: false })).verdict.exit).toBe(1)
  const { verdict } = await judgeStored(folder, { waive: [], noRegressionCheck: true })
  expect(verdict).toMatchObject({ exit: 0, mode: 'none' })
  expect(verdict.repeat).toMatch(/^vge-perf gate .* --no-regression-check$/)
  await saveJudging(join(folder, 'seat-selection'), {
    mode: 'baseline',
    waive: [],
    fresh: true,
    minutes: 16,
    baseline: { name: 'main', sessions: [] },
  })
  const against = await judgeStored(folder, { waive: [], noRegressionCheck: true })
  expect(against.verdict).toMatchObject({ mode: 'none' })
  expect(against.verdict).not.toHaveProperty('baseline')
  expect(against.verdict.repeat).not.toContain('--baseline')
})
