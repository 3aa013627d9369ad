import type { Distribution, Fingerprint, LatencyQuery, Run, UnitRecord } from '../../src/model/artefact.js'
import type { Arm } from '../../src/model/plan.js'
import { micros } from '../../src/model/time.js'

/** A run of two measured units whose `reserve` has the given latencies, microseconds, the same in each of its seconds. */
export function run(
  arm: Arm,
  values: readonly number[],
  more: { fingerprint?: Fingerprint; example?: string; seconds?: number } = {},
): Run {
  const latency = distribution(values)
  const knows = (query: LatencyQuery): boolean => query.metric === 'reserve' && query.outcome === 'won'
  return {
    folder: arm,
    damage: [],
    counters: [],
    probes: [],
    receipts: () => [],
    slowest: () => [],
    events: () => [],
    metrics: () => ['reserve'],
    outcomes: () => ['won', 'error'],
    parts: () => ['total'],
    latency: (query) => (knows(query) ? latency : undefined),
    series: (query) =>
      knows(query) ? Array.from({ length: more.seconds ?? 4 }, (_, second) => ({ second, latency })) : [],
    file: {
      formatVersion: 1,
      tool: 'vge-perf 0.1.0',
      arm,
      scenario: 'seat-selection',
      profile: 'ci',
      slice: 'seating',
      seed: '81f3',
      planHash: 'abc',
      startedAt: '2026-11-24T13:05:00.000Z',
      engine: { name: 'mock' },
      fingerprint: more.fingerprint ?? { must: { cpu: 'Example CPU' }, warn: {}, subject: {} },
      promises: {
        steps: ['reserve'],
        steady: [],
        budgets: { quantiles: {} },
        tolerances: {},
        mix: {},
        wins: {},
        invariants: [],
      },
      repeat: 'vge-perf run seat-selection',
      regressionCheck: true,
      invariants: [],
      units: [
        unit(0, 'warm-up', more.example),
        unit(1, 'measure', more.example),
        unit(2, 'measure', more.example),
      ],
    },
  }
}

function unit(index: number, phase: UnitRecord['phase'], example = 'body'): UnitRecord {
  return {
    index,
    group: 0,
    phase,
    kind: 'slices',
    offset: index * 4,
    seconds: 4,
    loaded: micros(2_000_000),
    order: ['control', 'candidate'],
    startedAt: 0,
    confirmation: false,
    accounting: {
      intended: 1_000,
      started: 1_000,
      notStarted: 0,
      steps: { begun: 1_000, answered: 999, timedOut: 0, failed: 1 },
      outcomes: { reserve: { won: 999, error: 1 } },
      errors: [{ step: 'reserve', class: 'target', reason: 'http_500', count: 1, example }],
      receipts: {},
      bytesReceived: 0,
      bytesSent: 0,
      connections: 1,
      frames: {},
      drain: {},
    },
    health: {
      lag: { p50: micros(20), p99: micros(60), max: micros(700) },
      eventLoopDelay: { p99: micros(900), max: micros(1_200) },
      cpu: 0.38,
      gcPause: { count: 1, max: micros(2_100), total: micros(2_100) },
      localErrors: 0,
      workersLost: 0,
    },
  }
}

function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b)
  const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length
  return {
    count: sorted.length,
    quantile: (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN,
    mean: () => mean(sorted),
    meanBetween: (from, to) =>
      mean(sorted.slice(Math.floor(from * sorted.length), Math.ceil(to * sorted.length))),
    shareAbove: (limit) => sorted.filter((value) => value > limit).length / sorted.length,
  }
}
