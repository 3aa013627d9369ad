import { writeFileSync } from 'node:fs'
import type { UnitRecord } from '../../src/model/artefact.js'
import type { Accounting, Engine, GeneratorHealth, RunSink } from '../../src/model/engine.js'
import { micros, perSecond, seconds } from '../../src/model/time.js'
import { findingsOf } from '../../src/health/judge.js'
import { pick } from '../../src/schedule/random.js'
import { startsOf } from '../../src/schedule/starts.js'
import { median } from '../frame/rounds.js'
import { planOf } from '../frame/load.js'
import type { Dose, Fault } from './fault.js'

/** What one run came to. Times in microseconds, NaN where nothing was measured. */
export interface Outcome {
  readonly invalid: boolean
  /** Rules that called it invalid. */
  readonly rules: readonly string[]
  /** Rules that called it degraded. */
  readonly doubts: readonly string[]
  readonly p50: number
  readonly p99: number
  /** Share of the journeys that were due and left no latency. */
  readonly missing: number
  /** How far stamps of the wall clock were off at most. */
  readonly stamp: number
  readonly health: GeneratorHealth
}

const scenarioOf = (fault: Fault | undefined, dose: Dose): string => `${fault?.module?.(dose) ?? ''}
export default {
  name: 'bench', steps: { look: { operation: 'look', answers: { 200: 'seen' } } },
  row: ({ n, entity }) => ({ n, dose: entity('doses', 0) }),
  journey: async (vu, { n, dose }) => {
    if (n === 0) vu.receipt('process', { pid: process.pid })
    ${fault?.journey ?? ''}
    await vu.look({ path: dose.path })
  },
}`

const contract = `export default { name: 'bench', keys: {}, figures: {},
  operations: { look: { kind: 'http', method: 'GET', path: '/{path}' } } }`

/** Milliseconds after which a run is ended, however it goes. */
const longest = 30_000

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN

/**
 * One unit of about 1 s, 300 journeys a second by chance, with a fault or without. `known` hears the process id of the worker as soon as
 * it is told.
 */
export async function oneRun(
  engine: Engine,
  url: string,
  seed: string,
  dose: Dose,
  fault: Fault | undefined,
  known: (pid: number) => void,
): Promise<Outcome> {
  const starts = startsOf({ kind: 'open', rate: perSecond(300), duration: seconds(1) }, seed, 'main')
  const scenario = scenarioOf(fault, dose)
  const { plan, remove } = planOf({ url, starts, seed, scenario, contract, timeoutSeconds: 1 })
  for (const { rowsFile } of plan.arms) writeFileSync(rowsFile, JSON.stringify({ doses: [dose] }))
  // Also when we are ended in mid-run.
  process.once('exit', remove)
  const latencies: number[] = []
  const seen: number[] = []
  let stamp = 0
  const sink: RunSink = {
    interval: ({ metric, part, outcome, values }) => {
      if (metric !== 'look' || part !== 'total') return
      for (const value of values) {
        latencies.push(value)
        if (outcome !== 'error') seen.push(value)
      }
    },
    receipt: (_, { kind, at: stamped, fact }) => {
      if (kind === 'process') known(Number(fact['pid']))
      if (kind === 'stamp') stamp = Math.max(stamp, Math.abs(stamped - Number(fact['truly'])) * 1_000)
    },
    event: () => {},
    exemplar: () => {},
    progress: () => {},
  }
  try {
    const accounting = await engine.run(plan, sink, AbortSignal.timeout(longest))
    const found = findingsOf([unitOf(accounting)], seen.length === 0 ? undefined : median(seen))
    const sorted = latencies.toSorted((a, b) => a - b)
    const named = (state: string): string[] =>
      found.filter((one) => one.state === state).map(({ rule }) => rule)
    return {
      invalid: named('invalid').length > 0,
      rules: named('invalid'),
      doubts: named('degraded'),
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      missing: 1 - latencies.length / starts.length,
      stamp,
      health: accounting.health,
    }
  } finally {
    process.off('exit', remove)
    remove()
  }
}

function unitOf({ arms, health, startedAt, elapsed }: Accounting): UnitRecord {
  const accounting = arms.candidate
  if (accounting === undefined) throw new Error('the engine gave no accounting')
  return {
    index: 0,
    group: 0,
    phase: 'measure',
    kind: 'slices',
    offset: 0,
    seconds: Math.ceil(elapsed / 1_000_000),
    loaded: micros(elapsed),
    order: ['candidate'],
    accounting,
    health,
    startedAt,
    confirmation: false,
  }
}

/** The dose of a run. */
export const doseOf = (fault: Fault, seed: string): Dose =>
  fault.dose((name, limit) => pick(seed, 0, `${fault.name} ${name}`, limit))
