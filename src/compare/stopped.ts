import type { EndOfUnits } from '../model/artefact.js'
import type { MetricVerdict, Stopped } from '../model/verdict.js'
import { gatingPairs, plannedFor, type Compared } from './units.js'
import { plural } from './words.js'

const ends: Readonly<Record<EndOfUnits, Stopped>> = {
  unit_cap: { reason: 'unit_cap', sentence: 'as many units were taken as a scenario may have' },
  time_spent: { reason: 'time_spent', sentence: 'the time of the gate was spent' },
  settled: {
    reason: 'nothing_more_wanted',
    sentence: 'no more units were wanted',
  },
}

/** Why no more units were taken for a metric that gates, in a word and a sentence. */
export function stoppedBy(metric: MetricVerdict, compared: Compared): Stopped {
  const { candidate, control, pairs, final } = compared
  const units = plural(metric.units, control === undefined ? 'session' : 'unit')
  if (control === undefined)
    return {
      reason: 'one_look',
      sentence:
        metric.units === 0 ? 'there was nothing to compare it with' : `looked at once, against ${units}`,
    }
  if (metric.confirmed === true)
    return { reason: 'confirmed', sentence: `found, and confirmed on fresh processes: ${units}` }
  const first = gatingPairs(pairs).filter(({ confirmation }) => !confirmation).length
  const looks = plannedFor(pairs)
  const at = looks.indexOf(first)
  if (metric.decision !== 'inconclusive' && at >= 0)
    return {
      reason: 'decided_at_look',
      sentence: `decided at look ${at + 1} of ${looks.length}, after ${units}`,
    }
  if (!final) return { reason: 'measuring', sentence: `${units} so far` }
  if (metric.decision !== 'inconclusive')
    return { reason: 'decided_at_end', sentence: `decided when no more units came, after ${units}` }
  const stopped = candidate.file.end?.stopped
  // A run of one's own, or one from before it was recorded.
  if (stopped === undefined) return { reason: 'not_recorded', sentence: `${units}, and no more were taken` }
  return ends[stopped]
}
