import type { Contract } from '../model/contract.js'
import { UserError } from '../model/errors.js'
import type { Scenario } from '../model/scenario.js'

const assertKnown = (scenario: string, what: string, names: readonly string[], known: object): void => {
  for (const name of names) {
    if (name in known) continue
    throw new UserError(
      `Scenario "${scenario}" names the ${what} "${name}", which the contract does not have.`,
      {
        hint: `It has: ${Object.keys(known).join(', ')}.`,
        reason: 'unknown_in_contract',
      },
    )
  }
}

/** What a scenario says of the contract and of itself must exist. Throws `UserError`. */
export function checkScenario(scenario: Scenario, contract: Contract): void {
  const operations = Object.values(scenario.steps).flatMap(({ operation }) => operation ?? [])
  assertKnown(scenario.name, 'operation', operations, contract.operations)
  assertKnown(scenario.name, 'invariant', scenario.invariants, contract.invariants)
  const steps = { ...scenario.steps, whole: true }
  for (const [what, names] of [
    ['mix', Object.keys(scenario.mix)],
    ['tolerances', Object.keys(scenario.tolerances)],
    ['wins', Object.keys(scenario.wins)],
    ...Object.values(scenario.profiles).map(
      ({ budgets }) =>
        ['budgets', Object.keys(budgets).filter((name) => name !== 'drain' && name !== 'errors')] as const,
    ),
  ] as const) {
    const unknown = names.find((name) => !(name in steps))
    if (unknown !== undefined) {
      throw new UserError(
        `Scenario "${scenario.name}" has ${what} for "${unknown}", which is not one of its steps.`,
        {
          hint: `Its steps: ${Object.keys(scenario.steps).join(', ')}; and \`whole\`.`,
          reason: 'unknown_step',
        },
      )
    }
  }
}
