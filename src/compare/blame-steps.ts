import { isWhole, phaseOf } from './metric-name.js'
import type { AddedTime } from '../model/blame.js'
import type { Run } from '../model/artefact.js'
import { fewestUnits } from '../stats/paired.js'
import { addedTime, type UnitTimes } from './added-time.js'
import { exactTimes, type TimesOf } from './exact-times.js'
import type { Pair } from './units.js'

/**
 * Time that each step of a phase added to a journey, errors with it, the largest first. A step is what a journey did: it has parts, while what
 * was only seen or heard has none. Empty where journeys were not timed.
 */
export function stepsBlame(
  { control, candidate }: { readonly control: Run; readonly candidate: Run },
  pairs: readonly Pair[],
  phase: string | undefined,
): readonly AddedTime[] {
  const arms = [control, candidate].map((run) => armOf(run, phase))
  const [was, is] = arms
  if (was === undefined || is === undefined) return []
  const full = pairs.filter(({ index }) => Math.min(was.journeys([index]), is.journeys([index])) > 0)
  if (full.length < fewestUnits) return []
  const both = (
    metrics: readonly string[],
    units: readonly Pair[],
  ): { control: number; candidate: number } => {
    const indices = units.map(({ index }) => index)
    return { control: was.aJourney(metrics, indices), candidate: is.aJourney(metrics, indices) }
  }
  const wholes = [...new Set([...was.wholes, ...is.wholes])]
  const steps = [...new Set([...was.steps, ...is.steps])]
  const all = both(wholes, full)
  const unitsOf = (metrics: readonly string[]): readonly UnitTimes[] =>
    full.map((pair) => ({
      group: pair.group,
      ...both(metrics, [pair]),
      whole: was.aJourney(wholes, [pair.index]),
    }))
  if (steps.length < 2 || !addedTime('whole', all, 1, unitsOf(wholes)).sure) return []
  return steps
    .map((step) => addedTime(step, both([step], full), all.candidate - all.control, unitsOf([step])))
    .toSorted((a, b) => b.added - a.added)
}

interface ArmTimes {
  readonly wholes: readonly string[]
  readonly steps: readonly string[]
  /** Journeys of the phase that ended in these units. */
  readonly journeys: (units: readonly number[]) => number
  /** Mean time that these metrics took of a journey. */
  readonly aJourney: (metrics: readonly string[], units: readonly number[]) => number
}

function armOf(run: Run, phase: string | undefined): ArmTimes {
  const times: TimesOf = exactTimes(run)
  const here = run.metrics().filter((metric) => phaseOf(metric) === phase)
  const parted = new Set(
    run.counters.filter(({ part }) => part !== 'total' && part !== 'service').map(({ metric }) => metric),
  )
  const wholes = here.filter(isWhole)
  const total = (of: 'sum' | 'count', metrics: readonly string[], units: readonly number[]): number =>
    units.reduce(
      (all, unit) =>
        all +
        metrics.reduce(
          (sum, metric) => sum + times(unit, metric, 'total')[of] + times(unit, metric, 'total', 'error')[of],
          0,
        ),
      0,
    )
  const journeys = (units: readonly number[]): number => total('count', wholes, units)
  return {
    wholes,
    steps: here.filter((metric) => !isWhole(metric) && parted.has(metric)),
    journeys,
    aJourney: (metrics, units) => total('sum', metrics, units) / journeys(units),
  }
}
