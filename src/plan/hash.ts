import { createHash } from 'node:crypto'
import type { ResolvedProfile, Scenario } from '../model/scenario.js'

const arrivalsForShape = 1_000

/**
 * Hash of what two runs must share to be compared: the resolved profile, the shape of the data, rows, journey, steps.
 * Without seed, address or date, and without budgets: a stricter promise does not change what was sent.
 */
export function planHash(scenario: Scenario, profile: ResolvedProfile): string {
  const compared = {
    name: scenario.name,
    steps: scenario.steps,
    load: profile.load,
    ...(profile.audience === undefined
      ? {}
      : { audience: profile.audience, watching: scenario.audience?.toString() }),
    slice: profile.slice,
    timeout: profile.timeout,
    data: profile.data({ arrivals: arrivalsForShape }),
    row: scenario.row.toString(),
    journey: scenario.journey.toString(),
  }
  return createHash('sha256').update(JSON.stringify(compared)).digest('hex').slice(0, 16)
}
