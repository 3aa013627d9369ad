import type { Run, UnitRecord } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import { judgeRatios } from './ratios.js'
import { gatingPairs, type Compared } from './units.js'

/** Half the throughput at the same latency is a regression; a journey lost in a hundred is luck. */
export const rateTolerance: Tolerance = { ignore: 0.03, reject: 0.1 }
/** Whole blocks drift with the machine: a change must be plain. */
export const blockTolerance: Tolerance = { ignore: 0.1, reject: 0.5 }

/** Journeys of a unit that ended in an outcome; steps, where the engine does not time journeys. */
export function answered(run: Run, unit: UnitRecord): number {
  const whole = run.counters.filter(
    (counter) =>
      counter.unit === unit.index &&
      counter.part === 'total' &&
      (counter.metric === 'whole' || counter.metric.startsWith('whole@')),
  )
  if (whole.length === 0) return unit.accounting.steps.answered
  return whole.reduce((sum, counter) => sum + (counter.outcome === 'error' ? 0 : counter.count), 0)
}

/** Answered journeys in a second of load, over some units. */
export function rateOf(run: Run, units: readonly UnitRecord[]): number {
  const time = units.reduce((sum, unit) => sum + unit.loaded, 0) / 1_000_000
  return units.reduce((sum, unit) => sum + answered(run, unit), 0) / time
}

/** Half a journey more, so that a unit in which nothing was answered has a logarithm. */
const per = (run: Run, unit: UnitRecord, by: number): number =>
  Math.log((answered(run, unit) + 0.5) / Math.max(1, by))

/**
 * The achieved rate. In slices the starts are fixed beforehand, so it is what was answered of what was intended. In blocks of closed
 * load it is what was answered in the time under load. A burst has no time under load, and no rate.
 */
export function achievedRate(compared: Compared): readonly MetricVerdict[] {
  const { candidate, control, final } = compared
  const sliced = gatingPairs(compared.pairs)
  const pairs = sliced.length > 0 ? sliced : compared.pairs.filter((pair) => pair.candidate.loaded > 0)
  if (pairs.length === 0) return []
  const head = {
    name: 'achieved rate',
    step: 'whole',
    statistic: 'achieved rate',
    unit: 'per_second',
    better: 'higher',
  } as const
  const shown = {
    ...head,
    candidate: rateOf(
      candidate,
      pairs.map((pair) => pair.candidate),
    ),
  }
  if (control === undefined)
    return [
      { ...shown, role: 'diagnostic', units: pairs.length, decision: 'inconclusive', reason: 'no_control' },
    ]
  const tolerance = sliced.length > 0 ? rateTolerance : blockTolerance
  const units = pairs.flatMap(({ candidate: is, control: was, group, confirmation }) => {
    if (was === undefined) return []
    const by = (unit: UnitRecord): number => (sliced.length > 0 ? unit.accounting.intended : unit.loaded)
    return [{ group, confirmation, logRatio: per(control, was, by(was)) - per(candidate, is, by(is)) }]
  })
  const words = judgeRatios(units, { pairs, final }, tolerance, 'higher')
  const before = rateOf(
    control,
    pairs.flatMap((pair) => pair.control ?? []),
  )
  return [{ ...shown, control: before, ...words, tolerance, role: 'gate' }]
}
