import type { Plan } from '../../model/plan.js'

// Beyond the time-out, until what comes next.
const grace = 500_000

/** For how long journeys may finish when all phases of a plan are over, microseconds. */
export const patienceOf = (timeout: number): number => 2 * timeout

/** When a plan begins, when each of its phases does, and when all its journeys are over or given up: microseconds from the load's start. */
export interface PlanTimes {
  readonly start: number
  readonly phases: readonly number[]
  readonly end: number
}

/** When everything of a load begins that nobody leads: each phase when no step of the one before it can be under way that began within it. */
export function timetable(plans: readonly Plan[]): readonly PlanTimes[] {
  let at = 0
  return plans.map(({ phases, timeout }) => {
    const start = at
    const starts = phases.map(({ duration }) => {
      const phase = at
      at += duration + timeout + grace
      return phase
    })
    // A journey of several steps may have some of them still before it.
    if (phases.length > 0) at += patienceOf(timeout)
    return { start, phases: starts, end: at }
  })
}
