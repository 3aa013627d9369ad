import { exitCode, type ExitCode } from '../model/errors.js'
import type { Outcome } from '../model/verdict.js'

/** One thing that decides how a scenario ends. */
export interface Finding {
  readonly outcome: Outcome
  /** A word for machines. */
  readonly reason: string
  /** For a person, without a full stop. */
  readonly sentence: string
}

/** What counts first. A regression and a broken budget weigh alike; the first found is told. */
const order: readonly (readonly Outcome[])[] = [
  ['interrupted'],
  ['broken'],
  ['failed'],
  ['invalid'],
  ['wrong_mix'],
  ['regression', 'over_budget'],
  ['inconclusive'],
  ['improvement'],
  ['pass'],
]

/** All that a scenario or a verdict can end as. */
export const outcomes = order.flat()

const exits: Readonly<Record<Outcome, ExitCode>> = {
  interrupted: exitCode.interrupted,
  broken: exitCode.regression,
  failed: exitCode.failed,
  invalid: exitCode.inconclusive,
  wrong_mix: exitCode.inconclusive,
  regression: exitCode.regression,
  over_budget: exitCode.regression,
  inconclusive: exitCode.inconclusive,
  improvement: exitCode.pass,
  pass: exitCode.pass,
}

export const exitOf = (outcome: Outcome): ExitCode => exits[outcome]

const rank = (outcome: Outcome): number => order.findIndex((equals) => equals.includes(outcome))

/** What weighs most first; equals keep their order. */
export function byWeight<T extends { readonly outcome: Outcome }>(findings: readonly T[]): readonly T[] {
  return findings.toSorted((a, b) => rank(a.outcome) - rank(b.outcome))
}
