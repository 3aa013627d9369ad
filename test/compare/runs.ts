import type {
  Counter,
  Distribution,
  InvariantResult,
  LatencyQuery,
  Promises,
  Run,
  RunFile,
  UnitEvent,
  UnitRecord,
} from '../../src/model/artefact.js'
import type { Part } from '../../src/model/engine.js'
import type { Arm } from '../../src/model/plan.js'
import { micros } from '../../src/model/time.js'

/** One arm's unit: latencies in microseconds by metric and outcome, spread evenly over its seconds. */
export interface UnitSpec {
  readonly samples: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
  /** Of each metric, what share of its samples' time its parts took; none when absent. */
  readonly parts?: Readonly<Record<string, Readonly<Partial<Record<Part, number>>>>>
  readonly group?: number
  readonly kind?: UnitRecord['kind']
  readonly phase?: UnitRecord['phase']
  readonly confirmation?: boolean
  readonly seconds?: number
  /** Microseconds under load; 0 for a burst. */
  readonly loaded?: number
  readonly intended?: number
  readonly notStarted?: number
  readonly unaccounted?: number
  readonly receipts?: Readonly<Record<string, number>>
  readonly phases?: UnitRecord['phases']
  /** Winners by the number of their journey, and when they won; kept as receipts of kind `hold`. */
  readonly wins?: readonly (readonly [n: number, answered: number])[]
  readonly probes?: Readonly<Record<string, number>>
  readonly frames?: UnitRecord['accounting']['frames']
  readonly audience?: UnitRecord['accounting']['audience']
  readonly drain?: Readonly<Record<string, number>>
  readonly health?: Partial<UnitRecord['health']>
}

export interface RunSpec {
  readonly arm?: Arm
  readonly units: readonly UnitSpec[]
  readonly promises?: Partial<Promises>
  readonly invariants?: readonly InvariantResult[]
  readonly end?: RunFile['end'] | null
  readonly must?: Readonly<Record<string, string>>
  readonly probes?: RunFile['probes']
  readonly events?: readonly UnitEvent[]
}

const flat = { ignore: 0.03, reject: 0.1 }

/** A run in memory with all that a judge may ask of one. */
export function memoryRun(spec: RunSpec): Run {
  const arm = spec.arm ?? 'candidate'
  const units = spec.units.map((unit, index) => record(unit, index))
  const file: RunFile = {
    formatVersion: 1,
    tool: '0.0.0',
    arm,
    scenario: 'seats',
    profile: 'ci',
    slice: 'seating',
    seed: 'a1',
    planHash: 'plan',
    startedAt: '2026-11-24T12:00:00Z',
    engine: { name: 'mock' },
    fingerprint: { must: spec.must ?? { plan: 'plan', machine: 'm1' }, warn: {}, subject: { version: arm } },
    promises: {
      steps: ['reserve'],
      steady: [],
      budgets: { quantiles: {} },
      tolerances: { reserve: flat },
      mix: {},
      wins: {},
      invariants: [],
      ...spec.promises,
    },
    repeat: 'vge-perf gate --scenario seats --seed a1',
    regressionCheck: true,
    units,
    invariants: spec.invariants ?? [],
    ...(spec.probes === undefined ? {} : { probes: spec.probes }),
    ...(spec.end === null
      ? {}
      : { end: spec.end ?? { endedAt: '2026-11-24T12:01:00Z', status: 'complete' } }),
  }
  const names = (of: (unit: UnitSpec) => readonly string[]): readonly string[] => [
    ...new Set(spec.units.flatMap(of)),
  ]
  const find = (query: LatencyQuery, second?: number): Distribution | undefined =>
    distribution(
      spec.units.flatMap((unit, index) => {
        if (query.units === undefined ? unit.phase === 'warm-up' : !query.units.includes(index)) return []
        return Object.entries(unit.samples[query.metric] ?? {}).flatMap(([outcome, values]) => {
          if (query.outcome === undefined ? outcome === 'error' : outcome !== query.outcome) return []
          const seconds = unit.seconds ?? 4
          return second === undefined ? values : values.filter((_, n) => index * 4 + (n % seconds) === second)
        })
      }),
    )
  return {
    folder: 'memory',
    file,
    counters: counters(spec.units),
    probes: spec.units.flatMap(({ probes = {} }, unit) =>
      Object.entries(probes).map(([name, value]) => ({ unit, name, value })),
    ),
    slowest: () => [],
    events: () => spec.events ?? [],
    receipts: () =>
      spec.units.flatMap(({ wins = [] }, unit) =>
        wins.map(([n, answered]) => ({ unit, kind: 'hold', n, at: answered, fact: { answered } })),
      ),
    damage: [],
    metrics: () => names((unit) => Object.keys(unit.samples)),
    outcomes: (metric) => names((unit) => Object.keys(unit.samples[metric] ?? {})),
    parts: () => ['total'],
    latency: (query) => find(query),
    series: (query) =>
      Array.from({ length: spec.units.length * 4 }, (_, second) => ({
        second,
        latency: find(query, second),
      })).flatMap(({ second, latency }) => (latency === undefined ? [] : [{ second, latency }])),
  }
}

function record(unit: UnitSpec, index: number): UnitRecord {
  const steps = Object.entries(unit.samples).filter(([metric]) => metric.split('@')[0] !== 'whole')
  const outcomes = Object.fromEntries(
    steps.map(([metric, by]) => [
      metric,
      Object.fromEntries(Object.entries(by).map(([outcome, values]) => [outcome, values.length])),
    ]),
  )
  const begun = steps.reduce(
    (sum, [, by]) => sum + Object.values(by).reduce((total, values) => total + values.length, 0),
    0,
  )
  const failed = steps.reduce((sum, [, by]) => sum + (by.error?.length ?? 0), 0)
  const intended = unit.intended ?? begun
  const started = intended - (unit.notStarted ?? 0)
  return {
    index,
    group: unit.group ?? Math.floor(index / 2),
    phase: unit.phase ?? 'measure',
    kind: unit.kind ?? 'slices',
    offset: index * 4,
    seconds: unit.seconds ?? 4,
    loaded: micros(unit.loaded ?? 2_000_000),
    order: ['control', 'candidate'],
    ...(unit.phases === undefined ? {} : { phases: unit.phases }),
    accounting: {
      intended,
      started,
      notStarted: unit.notStarted ?? 0,
      steps: { begun: begun + (unit.unaccounted ?? 0), answered: begun - failed, timedOut: 0, failed },
      outcomes,
      errors:
        failed === 0
          ? []
          : [{ step: 'reserve', class: 'target', reason: 'http_500', count: failed, example: '' }],
      receipts: unit.receipts ?? {},
      bytesReceived: 0,
      bytesSent: 0,
      connections: 1,
      frames: unit.frames ?? {},
      ...(unit.audience === undefined ? {} : { audience: unit.audience }),
      drain: Object.fromEntries(
        Object.entries(unit.drain ?? {}).map(([phase, time]) => [phase, micros(time)]),
      ),
    },
    health: {
      lag: { p50: micros(50), p99: micros(300), max: micros(900) },
      eventLoopDelay: { p99: micros(2_000), max: micros(3_000) },
      cpu: 0.3,
      gcPause: { count: 1, max: micros(900), total: micros(900) },
      localErrors: 0,
      workersLost: 0,
      ...unit.health,
    },
    startedAt: Date.parse('2026-11-24T12:00:00Z') + index,
    confirmation: unit.confirmation ?? false,
  }
}

function counters(units: readonly UnitSpec[]): readonly Counter[] {
  return units.flatMap((unit, index) =>
    Object.entries(unit.samples).flatMap(([metric, by]) =>
      Object.entries(by).flatMap(([outcome, values]) => {
        const sum = values.reduce((a, b) => a + b, 0)
        const common = {
          unit: index,
          metric,
          outcome,
          count: values.length,
          min: 0,
          max: Math.max(...values),
        }
        const ofParts = Object.entries(unit.parts?.[metric] ?? {}) as [Part, number][]
        return [
          { ...common, part: 'total' as const, sum, min: Math.min(...values) },
          ...ofParts.map(([part, share]) => ({ ...common, part, sum: sum * share })),
        ]
      }),
    ),
  )
}

function distribution(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))
  const mean = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0) / some.length
  return {
    count: sorted.length,
    quantile: (share) => sorted[at(share)] ?? NaN,
    mean: () => mean(sorted),
    meanBetween: (from, to) => mean(sorted.slice(at(from), at(to) + 1)),
    shareAbove: (limit) => sorted.filter((value) => value > limit).length / sorted.length,
  }
}
