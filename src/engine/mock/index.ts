import { setImmediate as turn } from 'node:timers/promises'
import {
  parts,
  type Engine,
  type ErrorCount,
  type Exemplar,
  type GeneratorHealth,
  type Part,
  type RunEvent,
} from '../../model/engine.js'
import type { Receipt } from '../../model/contract.js'
import type { Arm, Plan } from '../../model/plan.js'
import { micros } from '../../model/time.js'
import { accountOf } from './account.js'

/** Exact samples of one key and second, microseconds. `part` is `total` when absent. */
export interface MockSamples {
  readonly arm: Arm
  readonly metric: string
  readonly part?: Part
  readonly outcome: string
  readonly second: number
  readonly values: readonly number[]
}

/** What the mock engine yields in one run. Accounting is computed from it; the rest is as said, or healthy. */
export interface MockUnit {
  /** Steps and `whole`. A journey is a sample of `whole`; without any, each sample of a step is one. */
  readonly samples: readonly MockSamples[]
  readonly receipts?: readonly { readonly arm: Arm; readonly receipt: Receipt }[]
  /** Why samples of outcome `error` broke: reason `timeout` counts as timed out, `undeclared_…` and `http_…` as answered. */
  readonly errors?: readonly ({ readonly arm: Arm } & ErrorCount)[]
  /** Journeys that were due but did not start. */
  readonly notStarted?: Readonly<Partial<Record<Arm, number>>>
  readonly health?: Partial<GeneratorHealth>
  readonly events?: readonly RunEvent[]
  readonly exemplars?: readonly Exemplar[]
  /** Length of the unit in microseconds; the plan's seconds that have samples when absent. */
  readonly elapsed?: number
  readonly cutShort?: boolean
}

/** Gives the unit of a run; `run` counts the engine's runs from 0. */
export type MockScript = (plan: Plan, run: number) => MockUnit

const upTo = (unit: MockUnit, second: number): MockUnit => ({
  ...unit,
  samples: unit.samples.filter((sample) => sample.second < second),
  receipts: second === 0 ? [] : (unit.receipts ?? []),
  cutShort: true,
})

const missing = (unit: MockUnit, sent: MockUnit, arm: Arm): number =>
  accountOf(unit, arm).started - accountOf(sent, arm).started + (unit.notStarted?.[arm] ?? 0)

/** An engine that sends nothing and yields exact known samples, for tests of everything behind an engine. */
export function createMockEngine(script: MockScript): Engine {
  let runs = 0
  return {
    name: 'mock',
    capabilities: { parts: [...parts], transports: ['http', 'redis', 'socket'] },
    assertRoom: () => {},
    assertAble: async () => {},
    run: async (plan, sink, signal) => {
      const unit = script(plan, runs)
      runs += 1
      const seconds = Math.max(0, ...unit.samples.map(({ second }) => second + 1))
      let second = 0
      for (; second < seconds && !signal.aborted; second += 1) {
        for (const { values, part = 'total', ...key } of unit.samples.filter(
          (sample) => sample.second === second,
        )) {
          sink.interval({ ...key, part, values: Uint32Array.from(values) })
        }
        const sent = plan.arms.map(({ arm }) => accountOf(upTo(unit, second + 1), arm))
        sink.progress({
          started: sent.reduce((total, { started }) => total + started, 0),
          ended: sent.reduce((total, { steps }) => total + steps.begun, 0),
        })
        await turn()
      }
      const sent = second < seconds ? upTo(unit, second) : unit
      for (const { arm, receipt } of sent.receipts ?? []) sink.receipt(arm, receipt)
      for (const event of unit.events ?? []) sink.event(event)
      for (const exemplar of unit.exemplars ?? []) sink.exemplar(exemplar)
      const accounts = plan.arms.map(({ arm }) => [
        arm,
        accountOf({ ...sent, notStarted: { [arm]: missing(unit, sent, arm) } }, arm),
      ])
      return {
        arms: Object.fromEntries(accounts),
        health: { ...healthy, ...unit.health },
        startedAt: Date.now(),
        elapsed: micros(unit.elapsed ?? second * 1_000_000),
        cutShort: sent.cutShort ?? false,
      }
    },
    close: async () => {},
  }
}

const none = micros(0)
const healthy: GeneratorHealth = {
  lag: { p50: none, p99: none, max: none },
  eventLoopDelay: { p99: none, max: none },
  cpu: 0,
  gcPause: { count: 0, max: none, total: none, share: 0 },
  localErrors: 0,
  workersLost: 0,
  clockStep: none,
  samplesDropped: 0,
  descriptorWaits: 0,
  connectionWaits: 0,
}
