import type { ArrivalTable, Plan, PlanPhase } from '../../model/plan.js'
import { rowContext } from '../../schedule/row-context.js'
import type { Audience } from './audience.js'
import type { Pacing, Schedule } from './pacing.js'
import type { Unit, UnitArm } from './unit.js'

/** Arrivals of this worker in one phase, in order, as columns of one length: an hour of them is millions. */
export interface Share {
  /** Microseconds from the start of the phase. */
  readonly at: Float64Array
  readonly arm: Uint8Array
  readonly n: Uint32Array
}

/** No arrivals at all. */
export const nothing: Share = { at: new Float64Array(), arm: new Uint8Array(), n: new Uint32Array() }

/** A plan as one worker carries it out: its share of the arrivals, and the unit that they run in. */
export interface Session {
  readonly plan: Plan
  readonly worker: number
  readonly workers: number
  readonly unit: Unit
  /** Watchers that come in now: what arrives is they, and stays. */
  readonly audience: Audience | undefined
  /** Arrivals of this worker by number of the plan's phase. */
  readonly shares: readonly Share[]
  readonly pace: (schedule: Schedule) => Pacing
  /** The next turn of the event loop. */
  readonly turn: () => Promise<void>
}

/** Every `workers`-th arrival of the plan from number `worker` on, counted as intended on its arm. */
export function takeShares(
  plan: Plan,
  table: ArrivalTable,
  worker: number,
  workers: number,
  arms: readonly UnitArm[],
): Share[] {
  const { at, arm, phase, n } = table
  const own: number[][] = plan.phases.map(() => [])
  for (let index = worker; index < at.length; index += workers) {
    own[phase[index] ?? 0]?.push(index)
    const tally = arms[arm[index] ?? 0]?.tally
    if (tally !== undefined) tally.intended += 1
  }
  return own.map((indexes) => ({
    at: Float64Array.from(indexes, (index) => at[index] ?? 0),
    arm: Uint8Array.from(indexes, (index) => arm[index] ?? 0),
    n: Uint32Array.from(indexes, (index) => n[index] ?? 0),
  }))
}

/** The row of a journey, made when first asked for, and kept. Throws what the scenario's `row` throws. */
export function rowOf(session: Session, { name }: PlanPhase, arm: number, n: number): () => unknown {
  let made: { readonly row: unknown } | undefined
  return () => {
    const dataset = session.unit.arms[arm]?.dataset ?? {}
    made ??= { row: session.unit.scenario.row(rowContext(session.plan.seed, dataset, n, name)) }
    return made.row
  }
}
