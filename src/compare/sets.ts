import type { BaselineSession } from '../model/artefact.js'
import { fewestSessions } from '../stats/prediction.js'
import { mustDiffer } from './fingerprint.js'
import { plural } from './words.js'

export const daysValid = 30
const day = 86_400_000
/** By which the clocks of two machines may differ. */
const clocks = 3_600_000

/** Days between two moments, by the clock. */
export const daysSince = (session: BaselineSession, now: Date): number =>
  (now.getTime() - Date.parse(session.recordedAt)) / day

export const isExpired = (session: BaselineSession, now: Date): boolean => daysSince(session, now) > daysValid

/** Recorded later than now: by a clock that was wrong. It would be the newest for ever, and never expire. */
export const isAhead = (session: BaselineSession, now: Date): boolean =>
  Date.parse(session.recordedAt) > now.getTime() + clocks

/** A session that a gate may compare with. */
export const counts = (session: BaselineSession, now: Date): boolean =>
  session.promoted === true && !isExpired(session, now) && !isAhead(session, now)

/** Sessions of one scenario and profile that were measured under the same conditions, oldest first: only they are ever judged together. */
export interface SessionSet {
  readonly scenario: string
  readonly profile: string
  readonly must: BaselineSession['fingerprint']['must']
  readonly sessions: readonly BaselineSession[]
}

/** Sets in the order of their scenarios and profiles; of one of these the set with the newest session comes first. */
export function setsOf(sessions: readonly BaselineSession[]): readonly SessionSet[] {
  const sets: { kind: string; first: BaselineSession; sessions: BaselineSession[] }[] = []
  for (const session of sessions.toSorted((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt))) {
    const kind = `${session.scenario} ${session.profile}`
    const home = sets.find(
      (set) => set.kind === kind && mustDiffer([set.first.fingerprint], session.fingerprint).length === 0,
    )
    if (home === undefined) sets.push({ kind, first: session, sessions: [session] })
    else home.sessions.push(session)
  }
  const newest = (set: (typeof sets)[number]): number => Date.parse(set.sessions.at(-1)?.recordedAt ?? '')
  return sets
    .toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : newest(b) - newest(a)))
    .map(({ first, sessions: all }) => ({
      scenario: first.scenario,
      profile: first.profile,
      must: first.fingerprint.must,
      sessions: all,
    }))
}

/** In which conditions a set differs from the first one of its scenario and profile, which has the newest session. */
export function differs(set: SessionSet, sets: readonly SessionSet[]): readonly string[] {
  const first = sets.find((one) => one.scenario === set.scenario && one.profile === set.profile)
  const [older, newer] = [set, first].map((one) => one?.sessions[0]?.fingerprint)
  return older === undefined || newer === undefined ? [] : mustDiffer([older], newer)
}

/** Promoted sessions that may be judged with, or why there is no judging with them. */
export function usableSessions(
  sessions: readonly BaselineSession[],
  now: Date,
  name?: string,
): {
  readonly usable: readonly BaselineSession[]
  readonly problem?: { readonly reason: string; readonly sentence: string }
} {
  const called = name === undefined ? '' : ` "${name}"`
  const usable = sessions.filter((session) => !isExpired(session, now) && !isAhead(session, now))
  if (usable.length >= fewestSessions) return { usable }
  const problem = (found: { readonly reason: string; readonly sentence: string }) => ({
    usable,
    problem: found,
  })
  if (sessions.length < fewestSessions)
    return problem({
      reason: 'too_few_sessions',
      sentence: `the baseline${called} has ${plural(sessions.length, 'promoted session')}, and ${fewestSessions} are needed`,
    })
  const of = `of ${sessions.length} sessions${called === '' ? '' : ` of the baseline${called}`}`
  const ahead = sessions.find((session) => isAhead(session, now))
  if (ahead !== undefined)
    return problem({
      reason: 'recorded_in_future',
      sentence: `only ${usable.length} ${of} can be used, and ${fewestSessions} are needed: session ${ahead.session} says that it was recorded in the future, at ${ahead.recordedAt}`,
    })
  return problem({
    reason: 'baseline_expired',
    sentence: `only ${usable.length} ${of} are younger than ${daysValid} days, and ${fewestSessions} are needed`,
  })
}
