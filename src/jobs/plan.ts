import { openContract } from '../measure/contract.js'
import { checkScenario } from '../measure/check-scenario.js'
import { unitLength } from '../measure/lengths.js'
import type { Config } from '../model/config.js'
import type { Operation } from '../model/contract.js'
import { planHash } from '../plan/hash.js'
import { assertWithinLimits, sizeOf } from '../plan/limits.js'
import { splitPhases } from '../plan/unit.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'

/** What one scenario would send, and to what it would be held. Durations in seconds. */
export interface PlannedScenario {
  readonly scenario: string
  readonly profile: string
  readonly planHash: string
  readonly phases: readonly {
    readonly name: string
    readonly kind: string
    readonly journeys: number
    readonly seconds: number
  }[]
  /** Of all phases, once. */
  readonly seconds: number
  /** Of one unit of a gate: what each arm gets. */
  readonly unit: { readonly seconds: number; readonly journeysAnArm: number; readonly slicesMs: number }
  readonly operations: readonly {
    readonly step: string
    readonly operation: string
    readonly goesTo: string
  }[]
  /** Watchers of each arm. */
  readonly audience: number
  readonly data: Readonly<Record<string, number>>
  readonly invariants: readonly string[]
}

/** Shows exactly what would be sent, and for how long; sends nothing. */
export async function plan(
  config: Config,
  scenarios: readonly FoundScenario[],
  profile: string,
): Promise<readonly PlannedScenario[]> {
  const { contract } = await openContract(config)
  return scenarios.map(({ scenario }) => {
    const resolved = profileOf(scenario, profile)
    checkScenario(scenario, contract)
    assertWithinLimits(resolved, profile, undefined)
    const phases = resolved.load.phases.map((phase) => ({
      name: phase.name,
      kind: phase.arrivals.kind,
      ...sizeOf(phase),
    }))
    const steady = splitPhases(resolved.load.phases).steady
    const unitSeconds = (steady.length * unitLength) / 1e6
    const rate = steady.reduce((sum, phase) => {
      const size = sizeOf(phase)
      return sum + size.journeys / Math.max(size.seconds, 1e-3)
    }, 0)
    return {
      scenario: scenario.name,
      profile,
      planHash: planHash(scenario, resolved),
      phases,
      seconds: phases.reduce((sum, phase) => sum + phase.seconds, 0),
      unit: {
        seconds: unitSeconds,
        journeysAnArm: Math.round((rate * unitLength) / 2e6),
        slicesMs: resolved.slice / 1_000,
      },
      operations: Object.entries(scenario.steps).map(([step, { operation }]) => {
        const bound = operation === undefined ? undefined : contract.operations[operation]
        return { step, operation: operation ?? 'effect', goesTo: whereTo(bound) }
      }),
      audience: resolved.audience?.count ?? 0,
      data: resolved.data({
        arrivals: phases.reduce((sum, phase) => sum + phase.journeys, resolved.audience?.count ?? 0),
      }),
      invariants: scenario.invariants,
    }
  })
}

/** What a contract has for scenarios to name: operations by where they go, invariants by what they promise. */
export interface ContractWords {
  readonly contract: string
  readonly operations: readonly { readonly operation: string; readonly goesTo: string }[]
  readonly invariants: readonly { readonly invariant: string; readonly id: string; readonly title: string }[]
}

export async function contractWords(config: Config): Promise<ContractWords> {
  const { contract } = await openContract(config)
  return {
    contract: contract.name,
    operations: Object.entries(contract.operations).map(([operation, bound]) => ({
      operation,
      goesTo: whereTo(bound),
    })),
    invariants: Object.entries(contract.invariants).map(([invariant, { id, title }]) => ({
      invariant,
      id,
      title,
    })),
  }
}

const whereTo = (operation: Operation | undefined): string => {
  switch (operation?.kind) {
    case undefined:
      return 'on an open page or topic'
    case 'http':
      return `${operation.method} ${operation.path}`
    case 'redis':
      return 'Redis'
    case 'view':
      return `GET ${operation.path}, then ${operation.socket}/websocket`
    case 'channel':
      return `${operation.topic} on ${operation.socket}/websocket`
  }
}
