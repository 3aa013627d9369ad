import type { Ending } from './loop.js'
import type { Decision } from './rivals/rival.js'

/** What many gates of one metric came to. */
export interface Tally {
  readonly cases: number
  readonly regression: number
  /** Regressions that fresh units alone did not show, only all units together. */
  readonly unconfirmed: number
  /** Within tolerance, or better than that. */
  readonly pass: number
  readonly inconclusive: number
  /** Units to the decision, on average. */
  readonly units: number
  readonly confirmations: number
  /** Starts of the median gate that passed; NaN of none. */
  readonly startsToPass: number
}

export const decisionOf = ({ metrics: [metric] }: Ending): Decision => {
  if (metric?.decision === 'regression') return 'regression'
  return metric?.decision === 'pass' || metric?.decision === 'improvement' ? 'pass' : 'inconclusive'
}

/** Adds up so many gates. Shares are of all of them. */
export function tallyOf(cases: number, gate: () => Ending): Tally {
  const found = { regression: 0, unconfirmed: 0, pass: 0, inconclusive: 0 }
  const starts: number[] = []
  let [units, confirmations] = [0, 0]
  for (let index = 0; index < cases; index += 1) {
    const ending = gate()
    const decision = decisionOf(ending)
    found[decision] += 1 / cases
    if (decision === 'regression' && ending.metrics[0]?.confirmed === false) found.unconfirmed += 1 / cases
    if (decision === 'pass') starts.push(ending.starts)
    units += ending.units / cases
    confirmations += ending.confirmations / cases
  }
  const middle = starts.sort((a, b) => a - b)[Math.floor(starts.length / 2)] ?? NaN
  return { cases, ...found, units, confirmations, startsToPass: middle }
}
