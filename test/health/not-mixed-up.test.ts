import { expect, test } from 'vitest'
import { findingsOf, judgeHealth } from '../../src/health/judge.js'
import type { UnitRecord } from '../../src/model/artefact.js'
import type { ErrorCount } from '../../src/model/engine.js'
import { micros } from '../../src/model/time.js'
import { healthy, units } from './units.js'

const [plain] = units(0, {})

const unit = (more: Partial<UnitRecord['accounting']>, health = healthy): UnitRecord[] =>
  plain === undefined ? [] : [{ ...plain, health, accounting: { ...plain.accounting, ...more } }]

const broken = (reason: string, whose: ErrorCount['class'] = 'target') => ({
  errors: [{ step: 'reserve', class: whose, reason, count: 1_000, example: '' }],
})

test.each([
  ['it answers late', unit({}), 2_000_000],
  ['it answers 503', unit(broken('http_503')), 300],
  ['it never answers', unit({ ...broken('timeout') }), 10_000_000],
  ['it refuses', unit(broken('refused')), 200],
  ['the proxy before it fails', unit(broken('http_502', 'edge')), 200],
  ['it answers nobody, and others wait behind', unit(broken('timeout_behind_target', 'generator')), 200],
  ['the scenario has a mistake', unit(broken('journey_threw', 'generator')), 200],
])('a target is no reason to doubt the generator: %s', (_, measured, latency) => {
  expect(judgeHealth(measured, latency)).toEqual({ state: 'valid', reasons: [] })
})

test('a worker that died is told once, not as limits of the machine too', () => {
  const died = unit(broken('worker_lost', 'generator'), { ...healthy, workersLost: 1 })
  expect(findingsOf(died).map(({ rule }) => rule)).toEqual(['worker-death'])
})

test('a fast target does not hide a generator that lags, nor a slow one make it look ill', () => {
  const lagging = unit({}, { ...healthy, lag: { p50: micros(900), p99: micros(4_000), max: micros(9_000) } })
  expect(judgeHealth(lagging, 1_000).state).toBe('invalid')
  expect(judgeHealth(lagging, 100_000).state).toBe('valid')
})

test('a target that fills other cores, or is elsewhere, does not share those of the generator', () => {
  const cores = { allowed: 1, busy: 1, own: 0.2, targetHere: true }
  expect(judgeHealth(unit({}, { ...healthy, cores })).state).toBe('degraded')
  expect(judgeHealth(unit({}, { ...healthy, cores: { ...cores, targetHere: false } })).state).toBe('valid')
  expect(judgeHealth(unit({}, { ...healthy, cores: { ...cores, own: 0.98 } })).state).toBe('valid')
  expect(judgeHealth(unit({}, { ...healthy, cores: { ...cores, busy: 0.4 } })).state).toBe('valid')
})
