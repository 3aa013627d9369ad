import type { Phase } from '../model/load.js'
import { perSecond } from '../model/time.js'
import { sliceable } from '../schedule/slices.js'

/** A phase at a share of its rate. Only what has one steady rate can be lightened; the rest stays as it is. */
export function lighter(phase: Phase, share: number): Phase {
  const { name, arrivals } = phase
  if (!sliceable(arrivals)) return phase
  return { name, arrivals: { ...arrivals, rate: perSecond(arrivals.rate * share) } }
}
