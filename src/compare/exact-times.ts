import type { Run } from '../model/artefact.js'
import type { Part } from '../model/engine.js'

export interface Total {
  readonly sum: number
  readonly count: number
}

/** Exact time and number of samples of a part in a unit; of all outcomes but errors where none is named. */
export type TimesOf = (unit: number, metric: string, part: Part, outcome?: string) => Total

const none: Total = { sum: 0, count: 0 }
const keyOf = (unit: number, metric: string, part: Part, outcome = ''): string =>
  JSON.stringify([unit, metric, part, outcome])

/** The counters of a run, to be asked for by unit. */
export function exactTimes(run: Run): TimesOf {
  const found = new Map<string, Total>()
  const add = (key: string, { sum, count }: Total): void => {
    const known = found.get(key) ?? none
    found.set(key, { sum: known.sum + sum, count: known.count + count })
  }
  for (const counter of run.counters) {
    const { unit, metric, part, outcome } = counter
    add(keyOf(unit, metric, part, outcome), counter)
    if (outcome !== 'error') add(keyOf(unit, metric, part), counter)
  }
  return (unit, metric, part, outcome) => found.get(keyOf(unit, metric, part, outcome)) ?? none
}
