import type { ArmAccounting, ErrorCount } from '../../model/engine.js'
import type { Plan } from '../../model/plan.js'
import { micros, type Micros } from '../../model/time.js'
import { countError, countOutcome, type Tally } from '../journey/tally.js'

type Counts = Readonly<Record<string, number>>

const addCounts = (all: readonly Counts[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
  return sums
}

const addOutcomes = (tallies: readonly Tally[]): Record<string, Record<string, number>> => {
  const steps = new Set(tallies.flatMap(({ outcomes }) => Object.keys(outcomes)))
  return Object.fromEntries(
    [...steps].map((step) => [step, addCounts(tallies.map(({ outcomes }) => outcomes[step] ?? {}))]),
  )
}

const addAudience = (tallies: readonly Tally[]): Pick<ArmAccounting, 'audience'> => {
  const sum = (of: keyof Tally['audience']): number =>
    tallies.reduce((total, { audience }) => total + audience[of], 0)
  const members = sum('members')
  return members === 0 ? {} : { audience: { members, lost: sum('lost'), absent: sum('absent') } }
}

const addFrames = (tallies: readonly Tally[]): ArmAccounting['frames'] => {
  const sums: Record<string, { count: number; bytes: number }> = {}
  for (const [step, { count, bytes }] of tallies.flatMap(({ frames }) => Object.entries(frames))) {
    const sum = (sums[step] ??= { count: 0, bytes: 0 })
    sum.count += count
    sum.bytes += bytes
  }
  return sums
}

const addErrors = (tallies: readonly Tally[]): ErrorCount[] => {
  const errors = new Map<string, ErrorCount>()
  for (const [key, error] of tallies.flatMap((tally) => Object.entries(tally.errors))) {
    const found = errors.get(key)
    errors.set(key, found === undefined ? error : { ...found, count: found.count + error.count })
  }
  return [...errors.values()].toSorted((a, b) => b.count - a.count)
}

// Phases of one name are stretches of one load; the slowest counts.
const drainOf = (plan: Plan, tallies: readonly Tally[]): Record<string, Micros> => {
  const drain: Record<string, Micros> = {}
  plan.phases.forEach(({ name }, index) => {
    const spans = tallies.flatMap(({ spans: all }) => all[index] ?? [])
    if (spans.length === 0) return
    const time = Math.max(...spans.map(({ last }) => last)) - Math.min(...spans.map(({ first }) => first))
    drain[name] = micros(Math.max(time, drain[name] ?? 0))
  })
  return drain
}

/** Adds what the workers counted on one arm. */
export function mergeTallies(plan: Plan, tallies: readonly Tally[]): ArmAccounting {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0)
  const intended = sum((tally) => tally.intended)
  const started = sum((tally) => tally.started)
  return {
    intended,
    started,
    notStarted: intended - started,
    steps: {
      begun: sum((tally) => tally.begun),
      answered: sum((tally) => tally.answered),
      timedOut: sum((tally) => tally.timedOut),
      failed: sum((tally) => tally.failed),
    },
    outcomes: addOutcomes(tallies),
    errors: addErrors(tallies),
    receipts: addCounts(tallies.map(({ receipts }) => receipts)),
    bytesReceived: sum((tally) => tally.bytesReceived),
    bytesSent: sum((tally) => tally.bytesSent),
    connections: sum((tally) => tally.connections),
    ...addAudience(tallies),
    frames: addFrames(tallies),
    drain: drainOf(plan, tallies),
  }
}

/** The last known count of a worker that died: what was under way failed with it, as the generator's. */
export function closeLost(tally: Tally): Tally {
  const underway = tally.begun - tally.answered - tally.timedOut - tally.failed
  const closed = structuredClone(tally)
  closed.failed += underway
  closed.unsampled += underway
  for (let left = underway; left > 0; left -= 1) countOutcome(closed, 'unknown', 'error')
  countError(
    closed,
    'unknown',
    { class: 'generator', reason: 'worker_lost', message: 'A worker of the load generator died.' },
    underway,
  )
  return closed
}
