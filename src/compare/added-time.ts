import type { AddedTime } from '../model/blame.js'
import { fewestUnits } from '../stats/paired.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'

/** Chance of blaming what took no more time than before. One in two hundred, of what already regressed. */
const level = 0.005

/** What one unit took on both arms, a sample or a journey; and all of it, of which it is a part. Microseconds. */
export interface UnitTimes {
  readonly group: number
  readonly control: number
  readonly candidate: number
  /** Of the control, so that a unit in which the whole machine was slow does not count for more. */
  readonly whole: number
}

/** Whether the candidate took more time beyond its own differences from unit to unit; starts are a noise of their own. */
function surelyMore(units: readonly UnitTimes[]): boolean {
  if (units.length < fewestUnits) return false
  const { mean, error, freedom } = spreadOf(
    units.map(({ group, control, candidate, whole }) => ({ group, value: (candidate - control) / whole })),
  )
  return mean > 0 && mean - studentUpper(level, freedom) * error > 0
}

/** Exact means of both arms, what was added, and of which share of `all` that is. */
export function addedTime<Of extends string>(
  of: Of,
  { control, candidate }: { readonly control: number; readonly candidate: number },
  all: number,
  units: readonly UnitTimes[],
): AddedTime<Of> {
  const added = candidate - control
  return { of, control, candidate, added, share: all === 0 ? 0 : added / all, sure: surelyMore(units) }
}
