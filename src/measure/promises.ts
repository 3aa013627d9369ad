import type { Promises } from '../model/artefact.js'
import type { QuantileBudget, ResolvedProfile, Scenario } from '../model/scenario.js'
import { splitPhases } from '../plan/unit.js'

/** What a scenario promised, as plain data: all that a command after the run needs of it. */
export const promisesOf = (scenario: Scenario, profile: ResolvedProfile): Promises => {
  const quantiles: Record<string, QuantileBudget> = {}
  for (const [step, budget] of Object.entries(profile.budgets)) {
    if (typeof budget === 'object') quantiles[step] = budget
  }
  const { drain, errors } = profile.budgets
  return {
    steps: Object.keys(scenario.steps),
    steady: splitPhases(profile.load.phases).steady.map(({ name }) => name),
    budgets: {
      quantiles,
      ...(drain === undefined ? {} : { drain }),
      ...(errors === undefined ? {} : { errors }),
    },
    tolerances: scenario.tolerances,
    mix: scenario.mix,
    wins: scenario.wins,
    invariants: scenario.invariants,
  }
}
