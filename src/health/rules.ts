import type { UnitRecord } from '../model/artefact.js'
import type { HealthVerdict } from '../model/verdict.js'

/**
 * When not to trust the generator. Limits are wide: small machines are shared, and what they add is in both arms alike.
 * Times in microseconds, the rest shares.
 */
const limits = {
  /** Schedule lag p99 of a unit. Invalid when more than a third of the units are over it; `late` only degrades. */
  lag: 50_000,
  late: 10_000,
  /** Event-loop delay p99 of a unit, likewise. */
  eventLoop: 100_000,
  /** Units that may be over a limit. */
  units: 1 / 3,
  /** Median lag over the median of what is measured. */
  ofLatency: 0.2,
  /** Steps lost to the generator's own limits (ports, descriptors). */
  localErrors: 0.001,
  /** CPU of the busiest worker, without the pacing spin. */
  cpu: 0.9,
} as const

const ms = (micros: number): string => `${(micros / 1_000).toFixed(1)} ms`
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/**
 * Whether the generator kept up, from the measured units of one or both arms; each broken limit says its figure.
 * Lag and event-loop delay count in slices only: nobody can start a burst of thousands at one instant, and its latency counts from that
 * instant anyway. `latency`: the median of what was measured, microseconds, where it is known.
 */
export function judgeHealth(units: readonly UnitRecord[], latency?: number): HealthVerdict {
  const seen = units.filter((unit) => unit.phase === 'measure')
  const reasons = invalid(seen, latency)
  if (reasons.length > 0) return { state: 'invalid', reasons }
  const doubts = degraded(seen)
  return { state: doubts.length > 0 ? 'degraded' : 'valid', reasons: doubts }
}

const sliced = (units: readonly UnitRecord[]): readonly UnitRecord[] =>
  units.filter((unit) => unit.kind === 'slices')

/** Figures over a limit, when they are more than a third of all. */
function often(
  units: readonly UnitRecord[],
  of: (unit: UnitRecord) => number,
  limit: number,
): string | undefined {
  const over = units.map(of).filter((value) => value > limit)
  return over.length > units.length * limits.units
    ? `over ${ms(limit)} in ${over.length} of ${units.length} units (up to ${ms(most(over))})`
    : undefined
}

function invalid(units: readonly UnitRecord[], latency: number | undefined): readonly string[] {
  const found: string[] = []
  const lost = most(units.map((unit) => unit.health.workersLost))
  if (lost > 0) found.push(`workers were lost (${lost})`)
  const notStarted = sum(units.map((unit) => unit.accounting.notStarted))
  if (notStarted > 0) found.push(`${notStarted} journeys were never started`)
  const local = localShare(units)
  if (local > limits.localErrors)
    found.push(`${percent(local)} of the steps failed at local limits (ports, descriptors)`)
  const lag = often(sliced(units), (unit) => unit.health.lag.p99, limits.lag)
  if (lag !== undefined) found.push(`schedule lag p99 ${lag}`)
  const loop = often(sliced(units), (unit) => unit.health.eventLoopDelay.p99, limits.eventLoop)
  if (loop !== undefined) found.push(`event-loop delay p99 ${loop}`)
  const median = middle(sliced(units).map((unit) => unit.health.lag.p50))
  if (latency !== undefined && median > latency * limits.ofLatency)
    found.push(
      `the median lag of ${ms(median)} is ${percent(median / latency)} of the median latency of ${ms(latency)}`,
    )
  return found
}

/** The scenario's and the contract's own: no limit of this machine. */
const mistakes: ReadonlySet<string> = new Set(['journey_threw', 'contract_threw', 'aborted'])

/** Local errors of a unit lie in its health; both arms share it, so that an arm alone sees at least its own. */
function localShare(units: readonly UnitRecord[]): number {
  const begun = sum(units.map((unit) => unit.accounting.steps.begun))
  const own = sum(
    units.flatMap((unit) =>
      unit.accounting.errors.map((error) =>
        error.class === 'generator' && !mistakes.has(error.reason) ? error.count : 0,
      ),
    ),
  )
  return begun === 0 ? 0 : own / begun
}

function degraded(units: readonly UnitRecord[]): readonly string[] {
  const found: string[] = []
  const late = often(sliced(units), (unit) => unit.health.lag.p99, limits.late)
  if (late !== undefined) found.push(`schedule lag p99 ${late}`)
  const busy = most(units.map((unit) => unit.health.cpu))
  if (busy > limits.cpu) found.push(`a worker was busy ${percent(busy)} of the time`)
  const local = sum(units.map((unit) => unit.health.localErrors))
  if (local > 0) found.push(`local limits were met ${local} times`)
  return found
}
