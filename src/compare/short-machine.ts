import type { Run } from '../model/artefact.js'
import { average } from '../stats/average.js'
import { fewestUnits } from '../stats/paired.js'
import { levelOfLook, totalLevels } from '../stats/sequential.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import type { BudgetVerdict } from '../model/verdict.js'
import { gatingPairs, plannedFor, type Pair } from './units.js'

/** The control of a gate on a machine that was short of time, and the units that both arms have. */
export interface SharedControl {
  readonly run: Run
  readonly pairs: readonly Pair[]
}

/** The start is the unit of chance here. */
const fewestStarts = fewestUnits

type Answer = Pick<BudgetVerdict, 'decision' | 'reason'>

/**
 * What is said of a time over its limit. Where the machine had time, or there is no control, it is the candidate's. Else only if the
 * candidate was surely worse under the same load: nobody can tell otherwise whether it is slow or the machine. `more`: by how much it was
 * worse in a unit, any figure that is 0 between equals. Three starts at least: one has luck of its own.
 */
export function unlessShort(
  beside: SharedControl | undefined,
  more: (pair: Pair) => number,
  broken: Answer,
): Answer {
  if (beside === undefined) return broken
  const units = beside.pairs
    .map((pair) => ({ group: pair.group, value: more(pair) }))
    .filter(({ value }) => Number.isFinite(value))
  return isSurelyMore(units, startsPlanned(beside.pairs))
    ? broken
    : { decision: 'inconclusive', reason: 'no_worse_than_control' }
}

/** Starts after which it is looked: the looks that are planned for units, in what is the unit of chance here. */
function startsPlanned(pairs: readonly Pair[]): readonly number[] {
  const sliced = gatingPairs(pairs).filter(({ confirmation }) => !confirmation)
  const counted = sliced.length > 0 ? sliced : pairs
  const each = counted.length / new Set(counted.map(({ group }) => group)).size
  const starts = plannedFor(pairs).map((units) => Math.round(units / each))
  const enough = starts.filter((count) => count >= fewestStarts)
  return enough.length > 0 ? enough : [fewestStarts]
}

/** With the start as the unit of chance: of the units of one the luckless come together, and shares over a limit are far from normal. */
function isSurelyMore(units: Parameters<typeof spreadOf>[0], plannedStarts: readonly number[]): boolean {
  const starts = [...new Set(units.map(({ group }) => group))].map((group) => ({
    group,
    value: average(units.filter((unit) => unit.group === group).map(({ value }) => value)),
  }))
  if (starts.length < fewestStarts) return false
  const { mean, error, freedom } = spreadOf(starts)
  return mean > studentUpper(levelOfLook(totalLevels.regression, plannedStarts), freedom) * error
}
