import type { MovedShare } from '../model/blame.js'
import { fewestUnits } from '../stats/paired.js'
import { compareShares, pooled, shareOf, type SharePair } from '../stats/shares.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import { errorMargin } from './errors.js'
import { answersOf } from './answers.js'
import { alikePairs, namesOf, type Compared } from './units.js'

/** Chance that one of all the outcomes of equal builds is blamed: shared out among them. */
const level = 0.005
/** Outcomes, errors among them, whose share of their step's answers is surely another one: by a tenth of a point at least, and beyond noise. */
export function movedShares(compared: Compared): readonly MovedShare[] {
  const pairs = alikePairs(compared)
  if (pairs.length < fewestUnits) return []
  const asked = compared.candidate.file.promises.steps.flatMap((step) => {
    const outcomes = pairs.flatMap(({ control, candidate }) =>
      [control, candidate].flatMap(({ accounting }) =>
        namesOf(step, Object.keys(accounting.outcomes)).flatMap((name) =>
          Object.entries(accounting.outcomes[name] ?? {}).flatMap(([outcome, count]) =>
            count > 0 ? [outcome] : [],
          ),
        ),
      ),
    )
    return [...new Set(outcomes)].map((outcome) => ({ step, outcome }))
  })
  return asked
    .flatMap(({ step, outcome }) => {
      const shares = pairs.map(({ group, control, candidate }) => ({
        group,
        control: answersOf(control, step, outcome),
        candidate: answersOf(candidate, step, outcome),
      }))
      if (!shareMoved(shares, level / (2 * asked.length))) return []
      const [was, is] = [pooled(shares.map((one) => one.control)), pooled(shares.map((one) => one.candidate))]
      const more = is.hits - was.hits
      return [{ step, outcome, control: shareOf(was), candidate: shareOf(is), more }]
    })
    .toSorted((a, b) => Math.abs(b.candidate - b.control) - Math.abs(a.candidate - a.control))
}

/** By the units' own spread, which is never taken for less than luck with so many answers would make it. */
function shareMoved(shares: readonly (SharePair & { readonly group: number })[], at: number): boolean {
  const full = shares.filter(({ control, candidate }) => control.of > 0 && candidate.of > 0)
  if (full.length < fewestUnits) return false
  const { mean, error, freedom } = spreadOf(
    full.map(({ group, control, candidate }) => ({ group, value: shareOf(candidate) - shareOf(control) })),
  )
  const luck = compareShares(full)
  const reach = studentUpper(at, freedom) * Math.max(error, luck.error)
  return Math.abs(mean) > reach && Math.abs(luck.difference) >= errorMargin
}
