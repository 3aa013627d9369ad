import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareRuns } from '../../src/jobs/compare.js'
import { judgeStored, writeReports } from '../../src/jobs/report.js'
import type { RunHeader } from '../../src/model/artefact.js'
import { createGroup } from '../../src/store/index.js'
import { header, temporary, unitRecord } from '../store/fixture.js'

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
  const verdict = await compareRuns(a, join(b, 'seat-selection', 'candidate'), [])
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
    await expect(compareRuns(a, b, [])).rejects.toMatchObject({ exit: 2, reason })
  }
  const light = temporary()
  const writer = await createGroup(
    join(light, 'seat-selection'),
    { scenario: 'seat-selection', profile: 'smoke', arms: ['candidate'] },
    { candidate: header },
  )
  await writer.unit({ candidate: { ...unitRecord(0, 0), load: 0.6 } })
  await expect(compareRuns(a, light, [])).rejects.toMatchObject({
    exit: 2,
    reason: 'other_load',
    message: expect.stringContaining('"60 % of its plan"') as string,
  })
  const both = await report(await report(temporary()), 'checkout')
  await expect(compareRuns(a, both, [])).rejects.toMatchObject({
    reason: 'many_runs',
    hint: `It holds ${join(both, 'checkout')}, ${join(both, 'seat-selection')}.`,
  })
  mkdirSync(join(both, 'empty'))
  await expect(compareRuns(a, join(both, 'empty'), [])).rejects.toThrow(/run\.json cannot be read/)
})

test('a scenario whose runs are gone since it was judged is missed', async () => {
  const folder = await report(await report(temporary()), 'checkout')
  const asked = { waive: [], noRegressionCheck: true, whole: true } as const
  const { verdict, judged } = await judgeStored(folder, asked)
  await writeReports(folder, verdict, judged)
  expect((await judgeStored(folder, asked)).verdict.scenarios).toHaveLength(2)
  rmSync(join(folder, 'checkout'), { recursive: true })
  await expect(judgeStored(folder, asked)).rejects.toMatchObject({
    exit: 2,
    reason: 'missing_file',
    message: expect.stringContaining('checkout') as string,
  })
  writeFileSync(join(folder, 'verdict.json'), '{}')
  await expect(judgeStored(folder, asked)).rejects.toMatchObject({ exit: 2, reason: 'unreadable_file' })
  rmSync(join(folder, 'verdict.json'))
  expect((await judgeStored(folder, asked)).verdict.scenarios).toHaveLength(1)
})

test('units that say what no unit can are refused in a sentence', async () => {
  const folder = await report(temporary())
  const path = join(folder, 'seat-selection', 'candidate', 'run.json')
  const file = JSON.parse(readFileSync(path, 'utf8')) as { readonly units: readonly object[] }
  const asked = { waive: [], noRegressionCheck: true }
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
    await expect(judgeStored(folder, asked)).rejects.toMatchObject({ exit: 2, reason: 'unreadable_file' })
  }
  writeFileSync(path, JSON.stringify({ ...file, units: [...file.units, ...file.units] }))
  await expect(judgeStored(folder, asked)).rejects.toThrow(/units: two units have one index/)
  await expect(judgeStored(path, asked)).rejects.toMatchObject({ exit: 2, reason: 'no_report' })
})
