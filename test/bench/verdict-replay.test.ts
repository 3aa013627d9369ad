import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { canaries, type Traffic } from '../../bench/verdict/canary.js'
import { drawsOf } from '../../bench/verdict/draws.js'
import { poolsOf, ratiosOf, rebuilt, resampled } from '../../bench/verdict/replay.js'
import { medianOf } from '../../bench/verdict/requests.js'
import { recordSeries } from '../../bench/verdict/record.js'
import { noiseRows, rowsTable } from '../../bench/verdict/rows.js'
import { readSeries, shares, type RecordedSeries } from '../../bench/verdict/series.js'

const unit = (logRatio: number) => ({
  logRatio,
  control: shares.map((share) => 10_000 * (1 + share)),
  candidate: shares.map((share) => 10_000 * (1 + share) * Math.exp(logRatio)),
})
const series = (starts: readonly (readonly number[])[]): RecordedSeries => ({
  recordedAt: '2026-11-28',
  machine: 'm1',
  scenarios: [
    {
      scenario: 'seats',
      profile: 'smoke',
      health: 'valid',
      metrics: [
        {
          name: 'reserve p50',
          tolerance: { ignore: 0.05, reject: 0.2 },
          starts: starts.map((units) => units.map(unit)),
        },
      ],
    },
  ],
})

test('starts of several reports are one pool; halves of starts and lonely ones are left out', () => {
  const [pool, ...others] = poolsOf([
    series([
      [0.01, 0.03, -0.01],
      [0.02, 0.02],
    ]),
    series([
      [-0.02, 0, 0.02],
      [0.04, 0.02, 0],
      [0, 0, 0],
    ]),
  ])
  expect(others).toEqual([])
  expect(pool?.starts).toHaveLength(4)
  expect(pool?.sigma).toBeCloseTo(Math.sqrt((3 * 0.0008) / 8), 9)
  expect(pool?.lag).toBeCloseTo(
    (0.0003 - 0.0003 + 0.0008) / ((0.001 + 0.001 + 0.0004 + 0.0004 + 0.002 + 0.0004) / 2),
    9,
  )
  expect(poolsOf([series([[0, 0, 0]])])).toEqual([])
})

test('a replay draws whole starts, calls either arm the candidate, and plants a change', () => {
  const [pool] = poolsOf([series(Array.from({ length: 4 }, () => [0.01, 0.02, 0.03]))])
  if (pool === undefined) throw new Error('no pool')
  const session = resampled(pool, 0.1, 200, drawsOf('replay'))
  const firsts = ratiosOf(session).map((units) =>
    units.map((one) => Number((one - Math.log(1.1)).toFixed(6))),
  )
  expect(new Set(firsts.map((units) => units.join(' ')))).toEqual(
    new Set(['0.01 0.02 0.03', '-0.01 -0.02 -0.03']),
  )
  const { units } = rebuilt(session, drawsOf('requests'), 4)
  expect(units).toHaveLength(4)
  for (const [index, { control, candidate }] of units.entries())
    expect(Math.log(medianOf(candidate) / medianOf(control))).toBeCloseTo(
      ratiosOf(session).flat()[index] ?? NaN,
      6,
    )
})

test('the stored series can be read and hold what a replay needs; a file that is none is named', () => {
  const stored = readSeries(fileURLToPath(new URL('../../bench/verdict/series', import.meta.url)))
  expect(poolsOf(stored).length).toBeGreaterThan(0)
  expect(
    stored.flatMap(({ scenarios }) => scenarios.flatMap(({ secondsAStart }) => secondsAStart ?? [])).length,
  ).toBeGreaterThan(0)
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-series-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.json'), '{"recordedAt": 3}')
  expect(() => readSeries(folder)).toThrow(/a\.json is no recorded series/)
})

test('a folder that is no report of a gate is refused in a sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-record-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const report of [folder, join(folder, 'absent')])
    await expect(recordSeries(report, join(folder, 'series'))).rejects.toThrow(
      /holds no scenario that a gate measured/,
    )
})

test('canaries: ten times the errors go, equals stay; the same seed gives the same', () => {
  const traffic: Traffic = { perSecond: 200, part: 0.1, hits: 0.005, times: 10, event: 1 }
  const bad = canaries(traffic, 120, 40, 'a')
  expect(bad).toEqual(canaries(traffic, 120, 40, 'a'))
  expect(bad.share).toBe(1)
  expect(bad.median).toBeLessThan(60)
  expect(canaries({ ...traffic, times: 1, event: 2 }, 120, 40, 'a')).toEqual({ share: 0, median: Infinity })
})

test('a goal is asked of the worst spread that may gate, and what is not known holds none', () => {
  const tally = (regression: number) => ({
    cases: 100,
    regression,
    unconfirmed: 0,
    pass: 1 - regression,
    inconclusive: 0,
    units: 6,
    confirmations: 3,
    startsToPass: 2,
  })
  const cell = (sigma: number, caught: number) => ({
    noise: 'normal',
    sigma,
    same: tally(0),
    margin: tally(0),
    worse: tally(caught),
  })
  const held = (seconds: number) =>
    Object.fromEntries(
      noiseRows([cell(0.03, 0.98), cell(0.02, 1), cell(0.05, 0.2)], seconds).map((row) => [row.id, row]),
    )
  expect(held(28)['caught.normal']).toMatchObject({ value: 98, holds: true })
  expect(held(28)['passed.normal']).toMatchObject({ holds: false })
  expect(held(28)['seconds.normal']).toMatchObject({ value: 56, holds: true })
  expect(held(NaN)['seconds.normal']).toMatchObject({ holds: false })
  expect(rowsTable(Object.values(held(NaN)))).toContain('MISSED')
})
