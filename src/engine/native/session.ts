import type { Plan, PlanPhase } from '../../model/plan.js'
import { rowContext } from '../../schedule/row-context.js'
import type { Audience } from './audience.js'
import { callersOf } from './callers.js'
import type { Connections } from './connections.js'
import type { FromWorker } from './messages.js'
import { readInputs, type Inputs } from './inputs.js'
import { newTally } from './tally.js'
import { Unit, type UnitArm } from './unit.js'

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
}

const takeShares = (plan: Plan, inputs: Inputs, worker: number, workers: number): Share[] => {
  const { at, arm, phase, n } = inputs.table
  const own: number[][] = plan.phases.map(() => [])
  for (let index = worker; index < at.length; index += workers) own[phase[index] ?? 0]?.push(index)
  return own.map((indexes) => ({
    at: Float64Array.from(indexes, (index) => at[index] ?? 0),
    arm: Uint8Array.from(indexes, (index) => arm[index] ?? 0),
    n: Uint32Array.from(indexes, (index) => n[index] ?? 0),
  }))
}

/** Reads a plan and makes everything ready but the load. Throws `UserError` when the plan cannot be carried out. */
export async function openSession(
  plan: Plan,
  worker: number,
  workers: number,
  connections: Connections,
  gathering: Audience | undefined,
): Promise<Session> {
  const inputs = await readInputs(plan)
  const tallies = plan.arms.map(() => newTally(inputs.scenario))
  const pools = connections.poolsOf(plan, workers, tallies)
  const arms: UnitArm[] = []
  for (const [index, arm] of plan.arms.entries()) {
    const own = pools[index] ?? []
    const { callers, live } = await callersOf(plan, inputs, arm, own, connections)
    const tally = tallies[index] ?? newTally(inputs.scenario)
    arms.push({
      arm: arm.arm,
      tally,
      dataset: inputs.datasets[index] ?? {},
      pools: own,
      callers,
      live,
      receipts: [],
    })
  }
  const shares = takeShares(plan, inputs, worker, workers)
  for (const share of shares) {
    for (const index of share.arm) {
      const tally = arms[index]?.tally
      if (tally !== undefined) tally.intended += 1
    }
  }
  return { plan, worker, workers, unit: new Unit(plan, inputs.scenario, arms), audience: gathering, shares }
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

/** The parent's ear. */
export type Post = (message: FromWorker) => void
