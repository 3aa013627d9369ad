import { expect, test } from 'vitest'
import type { RunFile, UnitRecord } from '../../src/model/artefact.js'
import type { MetricVerdict } from '../../src/model/verdict.js'
import { arms, judged, latencies } from './cases.js'
import { memoryRun, type UnitSpec } from './runs.js'
import { draws } from '../stats/draws.js'

const probes: RunFile['probes'] = {
  'ets-hits': { title: 'lookups that ETS answered', unit: 'share', atLeast: 0.8 },
  'sql-statements': { title: 'SQL statements a request', unit: 'per_request', atMost: 5 },
  'without-database': { title: 'without Postgres', unit: 'share', atLeast: 0.9, during: 'surge' },
}

const rows = (name: string, kind: 'open' | 'surge' = 'open'): UnitRecord['phases'] => [
  { name, arrivals: kind, firstRow: 1_000, rows: 400 },
]

const { normal } = draws('shown')
const unit = (more: Partial<UnitSpec> = {}): UnitSpec => ({
  samples: latencies(200, 1, normal),
  phases: rows('before'),
  ...more,
})

const said = (statements: number, hits = 0.9): UnitSpec['probes'] => ({
  'sql-statements': statements,
  'ets-hits': hits,
  'without-database': 0.5,
})

const metricsOf = (
  candidate: readonly UnitSpec[],
  control?: readonly UnitSpec[],
): { find: (name: string) => MetricVerdict | undefined; warnings: readonly string[] } => {
  const { verdict } = judged({
    candidate: memoryRun({ units: candidate, probes }),
    ...(control === undefined ? {} : { control: memoryRun({ arm: 'control', units: control, probes }) }),
    capReached: true,
  })
  return {
    find: (name) => verdict.metrics.find((metric) => metric.name === name),
    warnings: verdict.warnings,
  }
}

test('probes are shown of both arms with their change, and never judged', () => {
  const control = Array.from({ length: 4 }, () => unit({ probes: said(4) }))
  const candidate = [4.4, 4.41, 4.39, 4.4].map((one) => unit({ probes: said(one, 0.7) }))
  const { find, warnings } = metricsOf(candidate, control)
  const statements = find('sql-statements')
  expect(statements).toMatchObject({
    title: 'SQL statements a request',
    statistic: 'probe',
    unit: 'count',
    better: 'lower',
    role: 'diagnostic',
    control: 4,
    decision: 'inconclusive',
    reason: 'diagnostic',
    units: 4,
  })
  expect(statements?.candidate).toBeCloseTo(4.4, 9)
  expect(statements?.change?.mean).toBeCloseTo(0.1, 3)
  // A share that fell shows a fall, though more of it is better.
  const hits = find('ets-hits')
  expect(hits).toMatchObject({ unit: 'share', better: 'higher', reason: 'below_expected' })
  expect(hits?.change?.mean).toBeCloseTo(0.7 / 0.9 - 1, 9)
  expect(warnings).toEqual(expect.not.arrayContaining([expect.stringMatching(/probes/)]))
})

test('what the contract expects of a surge is not asked of other load', () => {
  const calm = unit({ probes: said(6) })
  const opening = unit({ kind: 'block', phases: rows('opening', 'surge'), probes: said(4) })
  const { find } = metricsOf([calm, opening, calm, opening])
  expect(find('without-database@before')).toMatchObject({ reason: 'no_control', candidate: 0.5 })
  expect(find('without-database@opening')?.reason).toBe('below_expected')
  expect(find('sql-statements@before')).toMatchObject({ reason: 'above_expected', candidate: 6 })
  expect(find('sql-statements@opening')).toMatchObject({ reason: 'no_control', candidate: 4, units: 2 })
})

test('a probe without a figure is no data, and a target without any is said once', () => {
  const some = [unit({ probes: { 'ets-hits': 0.9 } }), unit({ probes: {} })]
  const { find, warnings } = metricsOf(some)
  expect(find('ets-hits')).toMatchObject({ candidate: 0.9 })
  expect(find('sql-statements')).toMatchObject({ decision: 'no_data', reason: 'no_samples' })
  expect(find('sql-statements')?.candidate).toBeUndefined()
  expect(warnings).toEqual(expect.not.arrayContaining([expect.stringMatching(/probes/)]))
  const silent = metricsOf([unit(), unit()], [unit(), unit()])
  expect(silent.find('ets-hits')).toBeUndefined()
  expect(silent.warnings.filter((warning) => /probes/.test(warning))).toEqual([
    'no probes: metrics of the candidate and the control could not be read, or have nothing that a probe needs',
  ])
})

test('a contract without probes, and a run from before them, warn of nothing', () => {
  const { control, candidate } = arms()
  const { verdict } = judged({ control, candidate, capReached: true })
  expect(verdict.warnings.filter((warning) => /probes/.test(warning))).toEqual([])
})

/** Winners among 400 journeys: each third, told in the order that `at` gives them. */
const winners = (at: (n: number) => number): UnitSpec['wins'] =>
  Array.from({ length: 120 }, (_, index) => 1_000 + 3 * index).map((n) => [n, at(n)] as const)

const sale = (wins: UnitSpec['wins']): UnitSpec => ({
  ...unit({ kind: 'block', phases: rows('opening', 'surge'), probes: {} }),
  ...(wins === undefined ? {} : { wins }),
})

const fairnessOf = (candidate: readonly UnitSpec[], control?: readonly UnitSpec[]) => {
  const promises = { wins: { reserve: { won: 'hold' } } }
  const { verdict } = judged({
    candidate: memoryRun({ units: candidate, promises }),
    ...(control === undefined ? {} : { control: memoryRun({ arm: 'control', units: control, promises }) }),
    capReached: true,
  })
  return verdict.metrics.filter((metric) => metric.statistic === 'fairness')
}

test('who came first and won first was served fairly; the last first, and by lot, not', () => {
  const fair = sale(winners((n) => 5e11 + n))
  const upside = sale(winners((n) => 5e11 - n))
  expect(fairnessOf([fair, fair], [upside, upside])).toMatchObject([
    {
      name: 'fairness@opening',
      unit: 'share',
      better: 'higher',
      role: 'diagnostic',
      candidate: 1,
      control: -1,
    },
  ])
  const lot = sale(winners((n) => (n * 7_919) % 401))
  expect(Math.abs(fairnessOf([lot])[0]?.candidate ?? 1)).toBeLessThan(0.2)
})

test('only winners of the surge count, each by the first win, and only of that unit', () => {
  const fair = winners((n) => n) ?? []
  const noise = [...(winners((n) => 9_000 - n) ?? [])]
  const before = noise.map(([n, at]) => [n - 400, at] as const)
  const after = noise.map(([n, at]) => [n + 400, at] as const)
  const again = fair.map(([n]) => [n, 9_999_999 - n] as const)
  const elsewhere = unit({ wins: noise, probes: {} })
  const found = fairnessOf([elsewhere, sale([...before, ...fair, ...again, ...after])])
  expect(found).toMatchObject([{ candidate: 1, units: 1 }])
})

test('too few winners, or all of one instant, are no data; load without a surge has no such row', () => {
  expect(fairnessOf([sale((winners((n) => n) ?? []).slice(0, 19))])).toMatchObject([
    { decision: 'no_data', reason: 'no_samples' },
  ])
  expect(fairnessOf([sale(winners(() => 5))])).toMatchObject([{ decision: 'no_data' }])
  expect(fairnessOf([unit({ wins: winners((n) => n) ?? [] })])).toEqual([])
})
