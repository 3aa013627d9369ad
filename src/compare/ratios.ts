import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import type { PairedUnit } from '../stats/paired.js'
import { decide, inWords, type Fresh, type Words } from './decide.js'
import { isLook, plannedFor, type Taken } from './units.js'

/** What the log ratios of a metric's units say at this moment of a gate, in the words of a verdict. */
export function judgeRatios(
  units: readonly Fresh<PairedUnit>[],
  taken: Taken,
  tolerance: Tolerance,
  better: MetricVerdict['better'],
): Words {
  const found = decide(units, tolerance, isLook(taken), plannedFor(taken.pairs))
  return inWords(found, tolerance, better, taken.final)
}
