import { median } from '../frame/rounds.js'
import type { Minute, SoakEnd } from './minute.js'

/** One figure of a soak with its bound. */
export interface SoakRow {
  readonly id: string
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly atMost: number
  readonly holds: boolean
}

const row = (id: string, what: string, value: number, unit: string, atMost: number): SoakRow => ({
  id,
  what,
  value,
  unit,
  atMost,
  holds: value <= atMost,
})

/**
 * What a soak says: its last quarter beside its second one, in which all code is compiled and all buffers are as large as they become.
 * Of memory the median of a quarter's minutes counts; of lag its quietest minute, since a schedule that drifts is late in each of them,
 * and what else runs on the machine is not.
 */
export function judgeSoak(
  minutes: readonly Minute[],
  { intended, started, answered, cutShort }: SoakEnd,
): SoakRow[] {
  const quarter = Math.max(1, Math.floor(minutes.length / 4))
  const early = minutes.slice(quarter, 2 * quarter)
  const late = minutes.slice(-quarter)
  const of = (some: readonly Minute[], figure: (minute: Minute) => number): number => median(some.map(figure))
  const quietest = (some: readonly Minute[]): number => Math.min(...some.map(({ lag }) => lag.p50))
  const growth = (figure: (minute: Minute) => number): number =>
    (of(late, figure) / of(early, figure) - 1) * 100
  return [
    row(
      'soak.memory.workers',
      'resident memory of the worker, grown',
      growth(({ workers }) => workers),
      '%',
      5,
    ),
    row(
      'soak.memory.main',
      'resident memory of the process beside it, grown',
      growth(({ main }) => main),
      '%',
      5,
    ),
    row(
      'soak.drift',
      'median lag of the schedule in the quietest minute, grown',
      (quietest(late) - quietest(early)) / 1_000,
      'ms',
      0.1,
    ),
    row('soak.not-started', 'journeys that were not started', cutShort ? NaN : intended - started, '', 0),
    row('soak.not-answered', 'requests without an answer', cutShort ? NaN : started - answered, '', 0),
  ]
}
