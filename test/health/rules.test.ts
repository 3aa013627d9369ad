import { expect, test } from 'vitest'
import { micros } from '../../src/model/time.js'
import { judgeHealth } from '../../src/health/rules.js'
import { memoryRun, type UnitSpec } from '../compare/runs.js'

const samples = { reserve: { won: Array.from({ length: 1_000 }, () => 5_000) } }
const units = (sick: number, more: Partial<UnitSpec>, all: Partial<UnitSpec> = {}) =>
  memoryRun({
    units: Array.from({ length: 6 }, (_, index) => ({ samples, ...all, ...(index < sick ? more : {}) })),
  }).file.units
const lag = (p50: number, p99: number) => ({
  health: { lag: { p50: micros(p50), p99: micros(p99), max: micros(p99) } },
})

test('a generator that kept up is valid; one hiccup in six units does not spoil a run', () => {
  expect(judgeHealth(units(0, {}))).toEqual({ state: 'valid', reasons: [] })
  expect(judgeHealth(units(2, lag(50, 80_000))).state).toBe('valid')
})

test.each([
  [
    'lag in half of the units',
    units(3, lag(50, 80_000)),
    'schedule lag p99 over 50.0 ms in 3 of 6 units (up to 80.0 ms)',
  ],
  [
    'event-loop delay',
    units(3, { health: { eventLoopDelay: { p99: micros(200_000), max: micros(200_000) } } }),
    'event-loop delay p99 over 100.0 ms',
  ],
  ['a lost worker', units(1, { health: { workersLost: 1 } }), 'workers were lost (1)'],
  ['journeys never started', units(1, { notStarted: 7 }), '7 journeys were never started'],
  [
    'lag that is the latency',
    units(6, lag(1_500, 3_000)),
    'the median lag of 1.5 ms is 30 % of the median latency of 5.0 ms',
  ],
])('%s makes it invalid', (_, sick, reason) => {
  const { state, reasons } = judgeHealth(sick, 5_000)
  expect(state).toBe('invalid')
  expect(reasons.join()).toContain(reason)
})

test('the lag of a burst is no fault, a busy worker is a doubt', () => {
  expect(judgeHealth(units(6, { kind: 'block', ...lag(200_000, 400_000) })).state).toBe('valid')
  const busy = judgeHealth(units(1, { health: { cpu: 0.97 } }))
  expect([busy.state, busy.reasons]).toEqual(['degraded', ['a worker was busy 97 % of the time']])
})
