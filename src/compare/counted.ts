import type { Run } from '../model/artefact.js'
import { measured } from './units.js'

/**
 * The log and the counters were written of the same samples: where their numbers differ, a part of one of them is gone, also when it was
 * cut between two lines. In a sentence each, over the measured units.
 */
export function miscounted(run: Run): readonly string[] {
  const units = measured(run).map(({ index }) => index)
  const totals = run.counters.filter(({ unit, part }) => part === 'total' && units.includes(unit))
  // What one of the two has nothing of, the other may have.
  const metrics = new Set([...run.metrics(), ...totals.map(({ metric }) => metric)])
  return [...metrics].flatMap((metric) => {
    const counters = totals.filter((one) => one.metric === metric)
    const outcomes = new Set([...run.outcomes(metric), ...counters.map(({ outcome }) => outcome)])
    return [...outcomes].flatMap((outcome) => {
      const logged = run.latency({ metric, outcome, units })?.count ?? 0
      const counted = counters.reduce((sum, one) => sum + (one.outcome === outcome ? one.count : 0), 0)
      if (logged === counted) return []
      return [
        `latency.hlog has ${logged} samples of ${metric} that ended as ${outcome}, counters.ndjson has ${counted}`,
      ]
    })
  })
}
