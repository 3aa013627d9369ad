import type { GeneratorHealth } from '../../src/model/engine.js'
import { micros } from '../../src/model/time.js'
import { memoryRun, type UnitSpec } from '../compare/runs.js'

/** Microseconds that each of the 1,000 samples of a unit took. */
export const latency = 5_000

const samples = { reserve: { won: Array.from({ length: 1_000 }, () => latency) } }

/** Six units, of which the first `sick` differ. */
export const units = (sick: number, more: Partial<UnitSpec>, all: Partial<UnitSpec> = {}) =>
  memoryRun({
    units: Array.from({ length: 6 }, (_, index) => ({ samples, ...all, ...(index < sick ? more : {}) })),
  }).file.units

/** What a generator says of itself that has all figures and no fault. */
export const healthy: GeneratorHealth = {
  lag: { p50: micros(10), p99: micros(300), max: micros(900) },
  eventLoopDelay: { p99: micros(2_000), max: micros(3_000) },
  cpu: 0.3,
  gcPause: { count: 4, max: micros(2_000), total: micros(6_000), share: 0.002 },
  localErrors: 0,
  workersLost: 0,
  longestStop: micros(4_000),
  runQueue: 0.02,
  steal: 0,
  cores: { allowed: 2, busy: 0.6, own: 0.3, targetHere: true },
  clockStep: micros(-400),
  samplesDropped: 0,
  descriptorWaits: 0,
  connectionWaits: 0,
}
