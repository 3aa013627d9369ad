import type { ResolvedProfile } from '../model/scenario.js'
import { seconds, type Micros } from '../model/time.js'
import { sizeOf } from '../plan/limits.js'
import { splitPhases } from '../plan/unit.js'
import { spareUnits } from './fit.js'

/** Length of a phase's stretch in a unit of slices. Longer ones are steadier; eight scenarios within six minutes leave 3 s. */
export const unitLength: Micros = seconds(3)
/** Long enough for the JIT of a fresh process: thousands of requests at the rates of the scenarios. */
export const warmUpLength: Micros = seconds(3)
/** The first scenario after a start meets cold code, connections and caches. */
export const coldWarmUpLength: Micros = seconds(8)

/** How many journeys of an arm one fresh start may send at most, with so many units of slices: rows are made for them. */
export function journeysOf({ load, audience }: ResolvedProfile, units: number): number {
  const { steady, blocks } = splitPhases(load.phases)
  const journeys = (phases: typeof steady): number =>
    phases.reduce((sum, phase) => sum + sizeOf(phase).journeys, 0)
  const each = steady.reduce((sum, phase) => {
    const size = sizeOf(phase)
    return sum + (size.journeys / Math.max(size.seconds, 1e-3)) * (unitLength / 2e6)
  }, 0)
  const warm = each * (coldWarmUpLength / unitLength)
  const sliced = each * (units + spareUnits)
  // Poisson arrivals may be more than their mean; a tenth and fifty cover it.
  // Of one arm alone the warm-up is sent at full rate, twice what an arm gets in a unit of slices.
  const most = Math.max(journeys(load.phases) + 2 * warm, sliced + warm + journeys(blocks))
  return Math.ceil(most * 1.1) + 50 + (audience?.count ?? 0)
}
