import type { Plan } from '../../model/plan.js'

// Beyond the time-out, until what comes next.
const grace = 500_000

/** When a plan begins, when each of its phases does, and when the last answer has come at the latest: microseconds from the load's start. */
export interface PlanTimes {
  readonly start: number
  readonly phases: readonly number[]
  readonly end: number
}

/** When everything of a load begins that nobody leads: each phase when the one before it is over at the latest. */
export function timetable(plans: readonly Plan[]): readonly PlanTimes[] {
  let at = 0
  return plans.map(({ phases, timeout }) => {
    const start = at
    const starts = phases.map(({ duration }) => {
      const phase = at
      at += duration + timeout + grace
      return phase
    })
    return { start, phases: starts, end: at }
  })
}
