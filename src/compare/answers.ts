import type { UnitRecord } from '../model/artefact.js'
import type { Share } from '../stats/shares.js'
import { namesOf } from './units.js'

/** Answers of a step that ended in `outcome`, over all its phases. */
export function answersOf(unit: UnitRecord, step: string, outcome: string): Share {
  const found = namesOf(step, Object.keys(unit.accounting.outcomes)).map(
    (name) => unit.accounting.outcomes[name] ?? {},
  )
  const sum = (of: (counts: Readonly<Record<string, number>>) => number): number =>
    found.reduce((total, counts) => total + of(counts), 0)
  return {
    hits: sum((counts) => counts[outcome] ?? 0),
    of: sum((counts) => Object.values(counts).reduce((a, b) => a + b, 0)),
  }
}

/** Outcomes of a step in these units, by name; errors have a metric of their own. */
export function outcomesSeen(units: readonly UnitRecord[], step: string): readonly string[] {
  const seen = units.flatMap((unit) =>
    namesOf(step, Object.keys(unit.accounting.outcomes)).flatMap((name) =>
      Object.keys(unit.accounting.outcomes[name] ?? {}),
    ),
  )
  return [...new Set(seen)].filter((outcome) => outcome !== 'error').toSorted()
}

/** As `answersOf`, of the answers that were no errors. */
export function amongAnswers(unit: UnitRecord, step: string, outcome: string): Share {
  const { hits, of } = answersOf(unit, step, outcome)
  return { hits, of: of - answersOf(unit, step, 'error').hits }
}

/** How often a step was answered or ended in an error, over some units. */
export const takenOf = (units: readonly UnitRecord[], step: string): number =>
  units.reduce(
    (sum, { accounting: { outcomes } }) =>
      sum +
      namesOf(step, Object.keys(outcomes))
        .flatMap((name) => Object.values(outcomes[name] ?? {}))
        .reduce((total, count) => total + count, 0),
    0,
  )

export const missesOf = ({ hits, of }: Share): Share => ({ hits: of - hits, of })
