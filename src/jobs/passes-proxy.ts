import type { Contract } from '../model/contract.js'
import type { Scenario } from '../model/scenario.js'
import { splitPhases } from '../plan/unit.js'

/** Whether some latency of a scenario gates that a proxy in front of the target can delay: a step that goes straight to Redis is past it. */
export function passesProxy({ tolerances, steps }: Scenario, { operations }: Contract): boolean {
  return Object.keys(tolerances).some((step) => {
    const name = steps[step]?.operation
    // Without an operation it is the whole journey, or what is done on a page or topic that is open.
    return name === undefined || operations[name]?.kind !== 'redis'
  })
}

/** Whether a profile has load that alternates between arms: bursts and closed load gate no latency. */
export function alternates({ profiles }: Scenario, profile: string): boolean {
  return splitPhases(profiles[profile]?.load.phases ?? []).steady.length > 0
}
