import { expect, test } from 'vitest'
import type { CalibratedScenario } from '../../src/model/calibration.js'
import { calibrationLines } from '../../src/report/calibration.js'

const tolerance = { ignore: 0.05, reject: 0.2 }
const seats: CalibratedScenario = {
  scenario: 'seat-selection',
  profile: 'smoke',
  recordedAt: '2026-11-25T10:00:00.000Z',
  must: {},
  starts: 6,
  units: 18,
  cap: 24,
  metrics: {
    'reserve@select p50': {
      sigma: 0.061,
      between: 0.012,
      tolerance,
      pairs: 9,
      smallest: 0.122,
      mayGate: true,
    },
    'release@select p50': {
      sigma: 0.12,
      between: 0,
      tolerance,
      pairs: 33,
      smallest: 0.234,
      mayGate: false,
      bearable: 0.08,
    },
    'a-step-with-a-name-that-is-long@and-a-phase p75–p95': {
      sigma: 0.9,
      between: 0.3,
      tolerance: { ignore: 0.2, reject: 0.8 },
      smallest: 2.5,
      mayGate: false,
      bearable: 0.3,
    },
  },
  doses: [
    { dose: 0.05, caught: 0, missed: 1, inconclusive: 2, read: { 'reserve@select p50': 0.041 } },
    { dose: 0.2, caught: 3, missed: 0, inconclusive: 0, read: { 'reserve@select p50': 0.17 } },
  ],
}

const shown = (scenarios: readonly CalibratedScenario[], outcome: 'pass' | 'regression' = 'pass'): string =>
  calibrationLines(
    {
      scenarios,
      equal: { outcome, headline: 'REGRESSION  reserve is slower' },
      proxies: [{ late: { p99: 310 }, spun: 0.024 }],
    },
    { columns: 80, colour: false },
  )

test('a table says within 80 columns what may gate, what would let the rest, and how doses went', () => {
  const text = shown([seats])
  expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80)
  expect(text).toMatch(/^seat-selection \(smoke\): equal builds on 6 starts, 18 pairs of units$/m)
  expect(text).toMatch(/^ {4}reserve@select p50 +6\.1 % +1\.2 % +9 +\+12 % +5–20 % +✓ yes$/m)
  expect(text).toMatch(/^ {4}release@select p50 +12\.0 % +0 % +33 +\+23 % +5–20 % +✗ no$/m)
  const flat = text.replaceAll(/\s+/g, ' ')
  // Margins half as wide again, on logarithms: 1.05 and 1.2 to the power of 12 / 8.
  expect(flat).toMatch(
    /spread of at most 8\.0 % .*, or with tolerances of 7\.6 % and 31 %, or with 33 pairs instead of 24/,
  )
  expect(flat).toContain(
    'dose +5.0 % of 3 gates 0 caught it, 1 missed it, 2 inconclusive; read as reserve@select p50 +4.1 %',
  )
  expect(flat).toContain('late by at most 310 µs (p99), and asked the clock for 2.4 % of its time')
  expect(flat).toMatch(/Of 3 metrics 1 may gate here\. $/)
})

test('an alarm of equal builds comes first, and a scenario without latencies says so', () => {
  expect(shown([], 'regression')).toMatch(/^\? Equal builds did not pass: REGRESSION {2}reserve is slower/)
  expect(shown([{ ...seats, metrics: {}, doses: [] }])).toContain(
    'no latency of this scenario and profile gates',
  )
})
