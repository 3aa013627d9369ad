import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  formatVersion,
  type BaselineSession,
  type RunHeader,
  type UnitRecord,
} from '../../src/model/artefact.js'
import type { Interval } from '../../src/model/engine.js'
import type { Arm } from '../../src/model/plan.js'
import { micros } from '../../src/model/time.js'

/** A folder that is gone after the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const fingerprint = {
  must: { scenario: 'seat-selection', engine: 'native' },
  warn: { kernel: '6.1' },
  subject: { version: '1.2.3' },
}

export const header: RunHeader = {
  formatVersion,
  tool: 'vge-perf 0.1.0',
  arm: 'candidate',
  scenario: 'seat-selection',
  profile: 'smoke',
  slice: 'seating',
  seed: 'monday',
  planHash: 'c0ffee',
  startedAt: '2026-02-03T04:05:06.789Z',
  engine: { name: 'native' },
  fingerprint,
  promises: {
    steps: ['reserve', 'release'],
    steady: [],
    budgets: { quantiles: { reserve: { p99: micros(500_000) } }, errors: 0.001 },
    tolerances: { reserve: { ignore: 0.03, reject: 0.1 } },
    mix: { reserve: { won: { atLeast: 0.5 } } },
    wins: { reserve: { won: 'hold' } },
    invariants: ['one-live-hold-a-seat'],
  },
  probes: {
    'ets-hits': { title: 'lookups that ETS answered', unit: 'share', atLeast: 0.8, during: 'surge' },
    'sql-statements': { title: 'SQL statements a request', unit: 'per_request', better: 'lower' },
  },
  repeat: 'vge-perf gate --scenario seat-selection --profile smoke --seed monday',
  regressionCheck: true,
}

export function unitRecord(
  index: number,
  offset: number,
  phase: UnitRecord['phase'] = 'measure',
): UnitRecord {
  return {
    index,
    group: 0,
    phase,
    kind: 'slices',
    offset,
    seconds: 4,
    loaded: micros(2_000_000),
    order: ['control', 'candidate', 'candidate', 'control'],
    phases: [
      { name: 'before', arrivals: 'open', firstRow: 0, rows: 40 },
      { name: 'opening', arrivals: 'surge', firstRow: 40, rows: 300 },
    ],
    accounting: {
      intended: 6,
      started: 6,
      notStarted: 0,
      steps: { begun: 6, answered: 6, timedOut: 0, failed: 0 },
      outcomes: { reserve: { won: 4, conflict: 2 } },
      errors: [
        { step: 'reserve', class: 'target', reason: 'http_500', count: 1, example: 'POST answered 500' },
      ],
      receipts: { hold: 4 },
      bytesReceived: 1_234,
      bytesSent: 567,
      connections: 2,
      frames: {},
      drain: { select: micros(4_010_000) },
    },
    health: {
      lag: { p50: micros(20), p99: micros(310), max: micros(900) },
      eventLoopDelay: { p99: micros(1_200), max: micros(3_000) },
      cpu: 0.21,
      gcPause: { count: 3, max: micros(900), total: micros(1_500) },
      localErrors: 0,
      workersLost: 0,
    },
    placement: {
      generator: [{ what: 'worker 1', allowed: '0-1', seen: 1 }],
      target: [{ what: 'node 1', allowed: '0-1' }],
    },
    startedAt: 1_770_091_507_000 + offset * 1_000,
    confirmation: false,
  }
}

export function interval(
  metric: string,
  outcome: string,
  second: number,
  values: number[],
  arm: Arm = 'candidate',
): Interval {
  return { arm, metric, part: 'total', outcome, second, values: Uint32Array.from(values) }
}

export function session(name: string, id: string, recordedAt: string): BaselineSession {
  return {
    formatVersion,
    name,
    session: id,
    recordedAt,
    scenario: 'seat-selection',
    profile: 'smoke',
    fingerprint,
    metrics: { 'reserve p90': { value: 18_200, count: 900 }, 'reserve p50': { value: 9_100, count: 900 } },
  }
}
