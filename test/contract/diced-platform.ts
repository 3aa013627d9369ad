import contract from '../../contract/index.js'
import type { JsonObject, Scenario, StepArguments, Vu } from '../../src/model/scenario.js'
import { bits } from '../../src/schedule/random.js'

/** What journeys did on a platform that answers by dice. */
export interface Seen {
  /** By `step outcome`. */
  readonly outcomes: Map<string, number>
  /** By kind. */
  readonly receipts: Map<string, number>
  /** Arguments that a request would have needed. */
  readonly missing: Set<string>
}

const count = (map: Map<string, number>, name: string): void => void map.set(name, (map.get(name) ?? 0) + 1)

const missingOf = (operation: string, args: StepArguments): readonly string[] => {
  const bound = contract.operations[operation]
  if (bound?.kind !== 'http') return []
  const wanted = [...bound.path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part ?? '')
  return [...wanted, ...(bound.auth === undefined ? [] : [bound.auth])].filter(
    (name) => args[name] === undefined,
  )
}

/** A platform for one journey: each declared outcome, the first one most often, and errors too. */
export function dicedVu(scenario: Scenario, n: number, seen: Seen): Vu<Scenario['steps']> {
  let draw = 0
  const step =
    (name: string, operation: string, declared: readonly string[]) =>
    async (args: StepArguments = {}) => {
      for (const one of missingOf(operation, args)) seen.missing.add(`${name} ${one}`)
      draw += 1
      const words = [...new Set(declared), 'error']
      const dice = bits('dice', n * 100 + draw, name) % 100
      const outcome = (dice < 70 ? words[0] : words[dice % words.length]) ?? 'error'
      count(seen.outcomes, `${name} ${outcome}`)
      const ids = { hold_id: `hold-${n}`, checkout_id: `checkout-${n}`, payment_reference: `ref-${n}` }
      const json: JsonObject = outcome === 'error' ? {} : { ...ids, total_cents: 100 }
      return { outcome, answer: outcome, json, at: 1 }
    }
  const steps = Object.entries(scenario.steps).map(
    ([name, { operation, answers }]) => [name, step(name, operation, Object.values(answers))] as const,
  )
  return Object.assign(Object.fromEntries(steps), {
    receipt: (kind: string) => count(seen.receipts, kind),
    think: async () => undefined,
  })
}
