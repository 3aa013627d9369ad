import type { InvariantResult } from '../model/artefact.js'
import type { Scenario } from '../model/scenario.js'
import { seconds } from '../model/time.js'
import { settle, weigh } from '../truth/index.js'
import type { ReadyArm } from './arms.js'
import type { MeasureContext } from './context.js'

/** Beyond this the gate would wait for nothing: what still moves then is what the invariants are about. */
const longestWait = seconds(90)

/** Waits until nothing moves on an arm, then weighs its receipts against its stores. */
export async function verifyArm(
  context: MeasureContext,
  scenario: Scenario,
  arm: ReadyArm,
  group: number,
): Promise<InvariantResult[]> {
  const { contract } = context
  const shared = { contract, stores: arm.stores, dataset: arm.prepared.dataset, receipts: arm.receipts }
  await settle({ ...shared, bound: longestWait, signal: context.signal })
  // An interrupted wait has stores that still move.
  context.signal.throwIfAborted()
  return weigh({ ...shared, names: scenario.invariants, group })
}
