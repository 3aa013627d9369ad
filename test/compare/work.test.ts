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

test('a probe that a unit lacks is shown, and does not gate', () => {
  const control = units(() => ({ probes: { 'sql-statements': 2 } }))
  const candidate = units((index) => (index === 2 ? {} : { probes: { 'sql-statements': 3 } }))
  const verdict = verdictOf(candidate, control)
  expect(verdict.metrics.find(({ name }) => name === 'sql-statements')?.role).toBe('diagnostic')
  expect(verdict.exit).toBe(0)
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
