import type { Plan, PlanPhase } from '../../model/plan.js'
import { rowContext } from '../../schedule/row-context.js'
import type { Audience } from './audience.js'
import { callersOf } from './callers.js'
import type { Connections } from './connections.js'
import type { FromWorker } from './messages.js'
import { readInputs, type Inputs } from './inputs.js'
import { newTally } from './tally.js'
import { Unit, type UnitArm } from './unit.js'

/** One arrival of this worker. `at` in microseconds from the start of its phase. */
export interface Share {
  readonly at: number
  readonly arm: number
  readonly n: number
}

/** A plan as one worker carries it out: its share of the arrivals, and the unit that they run in. */
export interface Session {
  readonly plan: Plan
  readonly worker: number
  readonly workers: number
  readonly unit: Unit
  /** Watchers that come in now: what arrives is they, and stays. */
  readonly audience: Audience | undefined
  /** Arrivals of this worker by number of the plan's phase. */
  readonly shares: readonly (readonly Share[])[]
}

const takeShares = (plan: Plan, inputs: Inputs, worker: number, workers: number): Share[][] => {
  const shares: Share[][] = plan.phases.map(() => [])
  const { at, arm, phase, n } = inputs.table
  for (let index = worker; index < at.length; index += workers) {
    shares[phase[index] ?? 0]?.push({ at: at[index] ?? 0, arm: arm[index] ?? 0, n: n[index] ?? 0 })
  }
  return shares
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
  for (const share of shares.flat()) {
    const tally = arms[share.arm]?.tally
    if (tally !== undefined) tally.intended += 1
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
