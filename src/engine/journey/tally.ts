import type { ErrorCount } from '../../model/engine.js'
import type { Scenario } from '../../model/scenario.js'
import { localReasons, lostReasons, type Failure } from './errors.js'

type Counts = Record<string, number>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What one worker counted on one arm; plain data, sent to the parent as it is. Instants in microseconds of the unit. */
export interface Tally {
  intended: number
  started: number
  begun: number
  answered: number
  timedOut: number
  failed: number
  outcomes: Record<string, Counts>
  errors: Record<string, Mutable<ErrorCount>>
  receipts: Counts
  bytesSent: number
  bytesReceived: number
  connections: number
  /** Watchers that were to be there, as `ArmAccounting` has them. */
  audience: { members: number; lost: number; absent: number }
  /** Frames of sockets that came unasked, by the step that opened them. */
  frames: Record<string, { count: number; bytes: number }>
  localErrors: number
  /** Steps that leave no sample: they failed at the generator, or were never made. */
  unsampled: number
  /** Steps that found nobody. */
  lost: number
  /** Those of them since the last step that found somebody. */
  lostStreak: number
  /** By number of the plan's phase: first intended start and last end of a step. */
  spans: Record<number, { first: number; last: number }>
}

export function newTally(scenario: Scenario): Tally {
  const outcomes = Object.fromEntries(
    Object.entries(scenario.steps).map(([step, { answers }]) => [
      step,
      Object.fromEntries([...Object.values(answers), 'error'].map((outcome) => [outcome, 0])),
    ]),
  )
  return {
    intended: 0,
    started: 0,
    begun: 0,
    answered: 0,
    timedOut: 0,
    failed: 0,
    outcomes,
    errors: {},
    receipts: {},
    bytesSent: 0,
    bytesReceived: 0,
    connections: 0,
    audience: { members: 0, lost: 0, absent: 0 },
    frames: {},
    localErrors: 0,
    unsampled: 0,
    lost: 0,
    lostStreak: 0,
    spans: {},
  }
}

export function countOutcome(tally: Tally, step: string, outcome: string): void {
  const counts = (tally.outcomes[step] ??= {})
  counts[outcome] = (counts[outcome] ?? 0) + 1
}

export function countFrame(tally: Tally, step: string, bytes: number): void {
  const frames = (tally.frames[step] ??= { count: 0, bytes: 0 })
  frames.count += 1
  frames.bytes += bytes
}

/** Counts an error; the first of its kind stays as the example. */
export function countError(tally: Tally, step: string, failure: Failure, times = 1): void {
  if (times === 0) return
  const found = (tally.errors[`${step}|${failure.class}|${failure.reason}`] ??= {
    step,
    class: failure.class,
    reason: failure.reason,
    count: 0,
    example: failure.message,
  })
  found.count += times
  if (localReasons.has(failure.reason)) tally.localErrors += times
}

/** Counts a page or topic that is not there as a step that failed. */
export function countMissing(tally: Tally, step: string, failure: Failure): void {
  tally.begun += 1
  tally.failed += 1
  tally.unsampled += 1
  countOutcome(tally, step, 'error')
  countError(tally, step, failure)
}

/** Notes whether a step that ended found somebody. */
export function countFound(tally: Tally, failure: Failure | undefined): void {
  if (failure === undefined || !lostReasons.has(failure.reason)) {
    tally.lostStreak = 0
    return
  }
  tally.lost += 1
  tally.lostStreak += 1
}

export function spanStart(tally: Tally, phase: number, at: number): void {
  const span = (tally.spans[phase] ??= { first: at, last: at })
  if (at < span.first) span.first = at
}

export function spanEnd(tally: Tally, phase: number, at: number): void {
  const span = tally.spans[phase]
  if (span !== undefined && at > span.last) span.last = at
}
