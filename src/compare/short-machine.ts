import type { Run } from '../model/artefact.js'
import { fewestUnits } from '../stats/paired.js'
import { levelOfLook, totalLevels } from '../stats/sequential.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import type { BudgetVerdict } from '../model/verdict.js'
import { plannedFor, type Pair } from './units.js'

/** The control of a gate on a machine that was short of time, and the units that both arms have. */
export interface Beside {
  readonly run: Run
  readonly pairs: readonly Pair[]
}

type Answer = Pick<BudgetVerdict, 'decision' | 'reason'>

/**
 * What is said of a time over its limit. Where the machine had time, or there is no control, it is the candidate's. Else only if the
 * candidate was surely worse under the same load: nobody can tell otherwise whether it is slow or the machine. `more`: by how much it was
 * worse in a unit, any figure that is 0 between equals. Tested as latencies are: a start has luck of its own, and each look its level.
 */
export function unlessShort(
  beside: Beside | undefined,
  more: (pair: Pair) => number,
  broken: Answer,
): Answer {
  if (beside === undefined) return broken
  const units = beside.pairs
    .map((pair) => ({ group: pair.group, value: more(pair) }))
    .filter(({ value }) => Number.isFinite(value))
  return isSurelyMore(units, plannedFor(beside.pairs))
    ? broken
    : { decision: 'inconclusive', reason: 'no_worse_than_control' }
}

function isSurelyMore(units: Parameters<typeof spreadOf>[0], planned: readonly number[]): boolean {
  if (units.length < fewestUnits) return false
  const { mean, error, freedom } = spreadOf(units)
  return mean > studentUpper(levelOfLook(totalLevels.regression, planned), freedom) * error
}
