import type { Run } from '../model/artefact.js'
import { measured } from './units.js'

/**
 * The log and the counters were written of the same samples: where their numbers differ, a part of one of them is gone, also when it was
 * cut between two lines. In a sentence each, over the measured units.
 */
export function miscounted(run: Run): readonly string[] {
  const units = measured(run).map(({ index }) => index)
  return run.metrics().flatMap((metric) =>
    run.outcomes(metric).flatMap((outcome) => {
      const logged = run.latency({ metric, outcome, units })?.count ?? 0
      const counted = run.counters
        .filter((one) => one.metric === metric && one.outcome === outcome && one.part === 'total')
        .reduce((sum, { unit, count }) => sum + (units.includes(unit) ? count : 0), 0)
      if (logged === counted) return []
      return [
        `latency.hlog has ${logged} samples of ${metric} that ended as ${outcome}, counters.ndjson has ${counted}`,
      ]
    }),
  )
}
