import { expect, test } from 'vitest'
import type { RunFile } from '../../src/model/artefact.js'
import { draws } from '../stats/draws.js'
import { judged, latencies } from './cases.js'
import { memoryRun, type UnitSpec } from './runs.js'

const tolerance = { ignore: 0.05, reject: 0.25 }
const probes: RunFile['probes'] = {
  'sql-statements': { title: 'SQL statements a request', unit: 'per_request', tolerance },
}
const { normal } = draws('work')

/** Six units from two starts, with what was counted in each. */
const units = (of: (index: number) => Partial<UnitSpec>): readonly UnitSpec[] =>
  Array.from({ length: 6 }, (_, index) => ({
    samples: latencies(200, 1, normal),
    group: Math.floor(index / 3),
    ...of(index),
  }))

const verdictOf = (candidate: readonly UnitSpec[], control: readonly UnitSpec[]) =>
  judged({
    candidate: memoryRun({ units: candidate, probes }),
    control: memoryRun({ arm: 'control', units: control, probes }),
    capReached: true,
  }).verdict

test('one more statement a request is a regression, and the headline names it', () => {
  const control = units((index) => ({ probes: { 'sql-statements': 2 + index / 1_000 } }))
  const candidate = units((index) => ({ probes: { 'sql-statements': 3 + index / 1_000 } }))
  const verdict = verdictOf(candidate, control)
  expect(verdict.metrics.find(({ name }) => name === 'sql-statements')).toMatchObject({
    role: 'gate',
    decision: 'regression',
    reason: 'beyond_reject',
  })
  expect(verdict).toMatchObject({ exit: 1, outcome: 'regression' })
  expect(verdict.headline).toContain('more of what was: SQL statements a request +5')
  expect(verdictOf(control, control).exit).toBe(0)
})

const statements = (value: number): Partial<UnitSpec> => ({ probes: { 'sql-statements': value } })
const probeOf = ({ metrics }: ReturnType<typeof verdictOf>) =>
  metrics.find(({ name }) => name === 'sql-statements')

test('a probe that gates says why it decided, also where it is not as the contract expects', () => {
  const expected = { 'sql-statements': { title: 'SQL', unit: 'per_request', tolerance, atMost: 1 } } as const
  const run = (value: number, arm: 'control' | 'candidate') =>
    memoryRun({ arm, units: units(() => statements(value)), probes: expected })
  const { verdict } = judged({ candidate: run(3, 'candidate'), control: run(2, 'control'), capReached: true })
  expect(probeOf(verdict)).toMatchObject({ decision: 'regression', reason: 'beyond_reject' })
})

test('a unit that lacks a probe is left out, and the others still gate', () => {
  const control = units(() => statements(2))
  const verdict = verdictOf(
    units((index) => (index === 2 ? {} : statements(3))),
    control,
  )
  expect(probeOf(verdict)).toMatchObject({ role: 'gate', decision: 'regression', units: 5 })
  expect(verdict.exit).toBe(1)
  expect(
    verdictOf(
      units((index) => (index === 2 ? {} : statements(2))),
      control,
    ).exit,
  ).toBe(0)
})

test.each([
  ['most units', (index: number) => (index < 4 ? {} : statements(2))],
  ['every unit, beside another probe', () => ({ probes: { other: 1 } })],
  ['every unit, and all else that it said', () => ({})],
])('a probe that the candidate lost in %s is inconclusive, not green', (_, candidate) => {
  const verdict = verdictOf(
    units(candidate),
    units(() => statements(2)),
  )
  expect(probeOf(verdict)).toMatchObject({
    role: 'gate',
    decision: 'inconclusive',
    reason: 'too_few_samples',
    control: 2,
  })
  expect(verdict).toMatchObject({ exit: 3, reason: 'too_few_samples' })
  expect(verdict.headline).toContain('sql-statements is undecided: most units lack it on one of the arms')
})

test('a probe that only the candidate has is new, and does not gate', () => {
  const verdict = verdictOf(
    units(() => statements(2)),
    units(() => ({})),
  )
  expect(probeOf(verdict)).toMatchObject({ role: 'diagnostic', reason: 'diagnostic' })
  expect(verdict.exit).toBe(0)
})

test('work where there was none is a regression; none on both arms is no change', () => {
  const none = units(() => statements(0))
  const verdict = verdictOf(
    units((index) => statements(1 + index / 1_000)),
    none,
  )
  expect(probeOf(verdict)).toMatchObject({ role: 'gate', decision: 'regression', reason: 'beyond_reject' })
  expect(verdict.exit).toBe(1)
  expect(verdict.headline).toContain('more of what was: SQL statements a request 1 instead of 0, 6 units')
  const same = verdictOf(none, none)
  expect(probeOf(same)).toMatchObject({ role: 'gate', decision: 'pass', change: { mean: 0 } })
  expect(same.exit).toBe(0)
})

test.each([
  ['share', undefined, 'regression'],
  ['share', 'lower', 'improvement'],
  ['count', undefined, 'improvement'],
  ['count', 'higher', 'regression'],
] as const)('half of a %s that is better %s is a %s', (unit, better, decision) => {
  const facts = { title: 'a figure', unit, tolerance, ...(better === undefined ? {} : { better }) }
  const run = (arm: 'candidate' | 'control', value: number) =>
    memoryRun({ arm, units: units(() => ({ probes: { figure: value } })), probes: { figure: facts } })
  const { verdict } = judged({
    candidate: run('candidate', 0.4),
    control: run('control', 0.8),
    capReached: true,
  })
  expect(verdict.metrics.find(({ name }) => name === 'figure')?.decision).toBe(decision)
})

test('a probe of blocks alone does not gate: a few blocks have no spread that could be tested', () => {
  const control = units(() => ({ kind: 'block', probes: { 'sql-statements': 2 } }))
  const candidate = units(() => ({ kind: 'block', probes: { 'sql-statements': 3 } }))
  const found = verdictOf(candidate, control).metrics.find(({ name }) => name === 'sql-statements')
  expect(found?.role).toBe('diagnostic')
})

const look = (count: number, bytes: number): Partial<UnitSpec> => ({
  frames: { look: { count, bytes: count * bytes } },
})

test('a diff that became a whole page is a regression of its size; doubled frames are one of their number', () => {
  const control = units((index) => look(2_000 + index, 140))
  const full = verdictOf(
    units((index) => look(2_000 + index, 9_000)),
    control,
  )
  expect(full.headline).toContain('look bytes a frame')
  expect(full.exit).toBe(1)
  const doubled = verdictOf(
    units((index) => look(4_000 + index, 140)),
    control,
  )
  expect(doubled.headline).toContain('look frames a journey')
  expect(doubled.exit).toBe(1)
  const lost = verdictOf(
    units((index) => look(1_000 + index, 140)),
    control,
  )
  expect(lost.headline).toContain('less of what was: look frames a journey')
  expect(lost.exit).toBe(1)
  expect(verdictOf(control, control).exit).toBe(0)
})

test('a handful of frames shows neither', () => {
  const verdict = verdictOf(
    units(() => look(20, 9_000)),
    units(() => look(20, 140)),
  )
  expect(verdict.metrics.find(({ name }) => name === 'look bytes a frame')).toMatchObject({
    role: 'diagnostic',
    decision: 'no_data',
  })
  expect(verdict.exit).toBe(0)
})

test('a candidate that sends no frames at all is no pass', () => {
  const control = units(() => look(2_000, 140))
  for (const nothing of [{}, look(0, 0)]) {
    const verdict = verdictOf(
      units(() => nothing),
      control,
    )
    for (const name of ['look bytes a frame', 'look frames a journey'])
      expect(verdict.metrics.find((metric) => metric.name === name)).toMatchObject({
        role: 'gate',
        decision: 'no_data',
        reason: 'no_samples',
      })
    expect(verdict).toMatchObject({ exit: 4, outcome: 'failed' })
    expect(verdict.headline).toContain('has no samples: nothing was recorded')
  }
})

test('frames where there were none are a regression of their number', () => {
  const verdict = verdictOf(
    units((index) => look(2_000 + index, 140)),
    units(() => ({})),
  )
  expect(verdict.metrics.find(({ name }) => name === 'look frames a journey')).toMatchObject({
    role: 'gate',
    decision: 'regression',
    reason: 'beyond_reject',
  })
  expect(verdict.exit).toBe(1)
})

test('a unit with few frames does not take the others out of the gate', () => {
  const control = units(() => look(2_000, 140))
  const verdict = verdictOf(
    units((index) => look(index === 3 ? 40 : 2_000, 9_000)),
    control,
  )
  expect(verdict.metrics.find(({ name }) => name === 'look bytes a frame')).toMatchObject({
    role: 'gate',
    decision: 'regression',
  })
})
