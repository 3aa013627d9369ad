import type { Wants } from '../compare/input.js'
import type { EndOfUnits } from '../model/artefact.js'

/** Units of one scenario on one fresh start. */
export const unitsAStart = 3
/** Starts that every scenario gets before it may pass: a start is a level of variance of its own. */
export const minimumStarts = 2

/** What was measured of a scenario so far. */
export interface LaneTaken {
  readonly starts: number
  readonly units: number
  /** A finding is measured again once: what fresh processes cannot tell then, a third try would not either. */
  readonly confirmed: boolean
}

export const nothingTaken: LaneTaken = { starts: 0, units: 0, confirmed: false }

/** After one more start, which was taken for what was wanted. */
export const afterStart = ({ starts, units, confirmed }: LaneTaken, want: Wants): LaneTaken => ({
  starts: starts + 1,
  units: units + unitsAStart,
  confirmed: confirmed || want === 'confirmation',
})

/** What the next start is for: what the judge wants, within what the gate may take. */
export function wantOf(
  { starts, units, confirmed }: LaneTaken,
  { wants, exit }: { readonly wants: Wants; readonly exit: number },
  { fresh, maxUnits }: { readonly fresh: boolean; readonly maxUnits: number },
): Wants {
  if (wants === 'nothing' && (starts >= minimumStarts || exit !== 0)) return 'nothing'
  if (wants === 'confirmation') return fresh && !confirmed ? 'confirmation' : 'nothing'
  return units + unitsAStart > maxUnits ? 'nothing' : 'more_units'
}

/** What the next start is for, and why there is none: where the judge still wanted units, there was no room for them. */
export function nextFor(...asked: Parameters<typeof wantOf>): {
  readonly want: Wants
  readonly stopped: EndOfUnits
} {
  const want = wantOf(...asked)
  const [, { wants }] = asked
  return { want, stopped: want === 'nothing' && wants === 'more_units' ? 'unit_cap' : 'settled' }
}

/** What a scenario is taken to cost on one start until one was measured, milliseconds. */
export const assumedCost = 25_000

/** What a start costs for all of these, milliseconds; `cost` is infinite until it was measured. */
export const costOf = (lanes: readonly { readonly cost: number }[]): number =>
  lanes.reduce((sum, { cost }) => sum + (Number.isFinite(cost) ? cost : assumedCost), 0)

/**
 * Which scenarios the next start is taken for: those that must have one (the first two starts, and a confirmation) whatever the time, and
 * as many of the others, in their order, as there is time left for, milliseconds.
 */
export function withinTime<
  L extends { readonly taken: LaneTaken; readonly want: Wants; readonly cost: number },
>(open: readonly L[], left: number): readonly L[] {
  const must = ({ taken, want }: L): boolean => taken.starts < minimumStarts || want === 'confirmation'
  let rest = left - open.filter(must).reduce((sum, { cost }) => sum + cost, 0)
  return open.filter((lane) => {
    if (must(lane)) return true
    if (lane.cost > rest) return false
    rest -= lane.cost
    return true
  })
}
