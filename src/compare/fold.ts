import { exitCode } from '../model/errors.js'
import type { Outcome, ScenarioVerdict, Verdict } from '../model/verdict.js'
import { byWeight } from './findings.js'
import { nextStep } from './next.js'
import { countHeld } from './truth.js'
import { plural } from './words.js'

/** What a verdict tells besides its scenarios. */
export type VerdictHead = Omit<
  Verdict,
  'formatVersion' | 'outcome' | 'exit' | 'reason' | 'headline' | 'next' | 'scenarios'
>

const said = (outcome: Outcome): string => outcome.replaceAll('_', ' ')

/**
 * All scenarios → one verdict: the one that weighs most decides, the others are named behind it. `about` is what the next step hangs on
 * besides: the time that the gate had for further starts, and who measured what is only compared here.
 */
export function foldVerdict(
  scenarios: readonly ScenarioVerdict[],
  head: VerdictHead,
  about: { readonly minutes?: number; readonly measuredBy?: string } = {},
): Verdict {
  const [worst, ...rest] = byWeight(scenarios)
  if (worst === undefined) {
    const headline = 'FAILED  no scenario was judged'
    return {
      formatVersion: 1,
      ...head,
      outcome: 'failed',
      exit: exitCode.failed,
      reason: 'no_scenarios',
      headline,
      scenarios,
    }
  }
  const next = nextStep(worst, { ...head, ...about })
  return {
    formatVersion: 1,
    ...head,
    outcome: worst.outcome,
    exit: worst.exit,
    reason: worst.reason,
    headline: `${said(worst.outcome).toUpperCase()}  ${sentence(worst, rest)}`,
    ...(next === undefined ? {} : { next }),
    scenarios,
  }
}

function sentence(worst: ScenarioVerdict, rest: readonly ScenarioVerdict[]): string {
  if (rest.length === 0) return worst.headline
  if (worst.outcome === 'pass') return `${plural(rest.length + 1, 'scenario')}: ${totals([worst, ...rest])}`
  const others = rest
    .filter((one) => one.exit !== exitCode.pass)
    .map((one) => `${one.scenario}: ${said(one.outcome)}`)
  return `${worst.scenario}: ${worst.headline}${others.length === 0 ? '' : ` (also ${others.join(', ')})`}`
}

function totals(scenarios: readonly ScenarioVerdict[]): string {
  const sum = (of: (one: ScenarioVerdict) => number): number =>
    scenarios.reduce((total, one) => total + of(one), 0)
  const metrics = sum((one) => one.metrics.filter((metric) => metric.role === 'gate').length)
  const budgets = sum((one) => one.budgets.length)
  const invariants = sum((one) => countHeld(one.invariants, one.waived))
  return `${plural(metrics, 'metric')} within tolerance, ${plural(budgets, 'budget')} and ${plural(invariants, 'invariant')} held`
}
