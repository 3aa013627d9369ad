import type { BaselineSession } from '../model/artefact.js'
import { fewestSessions, predictedShare } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, type Share } from '../stats/shares.js'
import { missesOf, takenOf } from './answers.js'
import type { Compared } from './units.js'

/** Answers from which a step that nobody takes elsewhere does not stay away by luck. */
export const surelyTaken = 20
/** A share that may lie anywhere within so much either way could hardly shift. */
const tellable = 0.1

/** How often a step ended in each outcome. */
export type Counts = Readonly<Record<string, number>>

export const total = (counts: Counts): number => Object.values(counts).reduce((sum, one) => sum + one, 0)

/** How a step ended in each session that says so. */
export const keptOf = (sessions: readonly BaselineSession[], step: string): readonly Counts[] =>
  sessions.flatMap(({ mix }) => {
    const counts = mix?.[step] ?? {}
    return total(counts) === 0 ? [] : [counts]
  })

export const sharesOf = (kept: readonly Counts[], outcome: string): readonly number[] =>
  kept.map((counts) => (counts[outcome] ?? 0) / total(counts))

/** Whether a share is surely more than `margin` off those of the sessions: beyond what they differ by, and beyond what few answers do. */
export function shiftedSince(units: readonly Share[], earlier: readonly number[], margin: number): boolean {
  const { centre, half } = predictedShare(earlier)
  const more = (shares: readonly Share[], was: number): boolean =>
    shareOf(pooled(shares)) - was - half > margin && surelyAbove(shares, was + margin, totalLevels.regression)
  return more(units, centre) || more(units.map(missesOf), 1 - centre)
}

/** Steps whose mix the sessions of a baseline cannot judge, in a sentence each: a shift would not be seen. */
export function blindMix(
  { candidate, pairs }: Compared,
  sessions: readonly BaselineSession[],
): readonly string[] {
  if (sessions.length === 0) return []
  const units = pairs.map((pair) => pair.candidate)
  const lacking: string[] = []
  const loose: string[] = []
  for (const step of candidate.file.promises.steps) {
    if (takenOf(units, step) < surelyTaken) continue
    const kept = keptOf(sessions, step)
    const outcomes = [...new Set(kept.flatMap((counts) => Object.keys(counts)))]
    const widest = Math.max(0, ...outcomes.map((outcome) => predictedShare(sharesOf(kept, outcome)).half))
    if (kept.length < fewestSessions)
      lacking.push(`${step} (${kept.length} of ${sessions.length} sessions say how it did)`)
    else if (widest > tellable)
      loose.push(`${step} (±${Math.round(100 * widest)} points from one session to the next)`)
  }
  const needed = `how these steps end was not compared, since ${fewestSessions} sessions are needed: `
  const varied = 'how these steps end differs so much between sessions that a shift would hardly show: '
  return [
    ...(lacking.length === 0 ? [] : [`${needed}${lacking.join(', ')}`]),
    ...(loose.length === 0 ? [] : [`${varied}${loose.join(', ')}`]),
  ]
}
