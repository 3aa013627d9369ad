import type { InvariantResult } from '../model/artefact.js'
import type { Scenario } from '../model/scenario.js'
import { seconds } from '../model/time.js'
import { settle, weigh } from '../truth/index.js'
import type { ReadyArm } from './arms.js'
import type { MeasureContext } from './context.js'

/** Beyond this the gate would wait for nothing: what still moves then is what the invariants are about. */
const longestWait = seconds(90)

const storesOf = ({ contract }: MeasureContext, arm: ReadyArm) => ({
  contract,
  stores: arm.stores,
  dataset: arm.prepared.dataset,
  receipts: arm.receipts,
})

/** Waits until nothing moves on an arm any more. Throws on abort: an interrupted wait has stores that still move. */
export async function awaitQuiet(context: MeasureContext, arm: ReadyArm): Promise<void> {
  await settle({ ...storesOf(context, arm), bound: longestWait, signal: context.signal })
  context.signal.throwIfAborted()
}

/** Weighs the receipts of an arm against its stores. */
export function verifyArm(
  context: MeasureContext,
  scenario: Scenario,
  arm: ReadyArm,
  group: number,
): Promise<InvariantResult[]> {
  return weigh({ ...storesOf(context, arm), names: scenario.invariants, group })
}
