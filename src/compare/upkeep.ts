import type { BaselineSession } from '../model/artefact.js'
import type { BaselineSet, FigureSummary, RolledSet, SessionState } from '../model/baseline.js'
import { fewestSessions } from '../stats/prediction.js'
import { spread } from '../stats/welch.js'
import { figureKind, valuesOf } from './session-figures.js'
import { counts, daysSince, daysValid, differs, isAhead, isExpired, setsOf, type SessionSet } from './sets.js'

function stateOf(session: BaselineSession, now: Date): SessionState {
  if (isAhead(session, now)) return 'ahead'
  if (isExpired(session, now)) return 'expired'
  if (session.promoted === undefined) return 'recorded'
  return session.promoted ? 'promoted' : 'rolled_out'
}

const figureNames = (sessions: readonly BaselineSession[]): readonly string[] =>
  [...new Set(sessions.flatMap(({ metrics }) => Object.keys(metrics)))].toSorted()

function summary(name: string, sessions: readonly BaselineSession[]): FigureSummary | undefined {
  const values = valuesOf(name, sessions)
  if (values.length === 0) return undefined
  const logs = values.map(Math.log)
  const plain = logs.some((value) => !Number.isFinite(value))
  const used = plain ? values : logs
  const mean = used.reduce((sum, value) => sum + value, 0) / used.length
  return {
    unit: figureKind(name).unit,
    centre: plain ? mean : Math.exp(mean),
    ...(plain || values.length < 2 ? {} : { spread: spread(logs) }),
    sessions: values.length,
  }
}

const summaries = (sessions: readonly BaselineSession[]): Readonly<Record<string, FigureSummary>> =>
  Object.fromEntries(
    figureNames(sessions).flatMap((name) => {
      const found = summary(name, sessions)
      return found === undefined ? [] : [[name, found]]
    }),
  )

/** Until when so many sessions as a gate needs are young enough. */
function until(counting: readonly BaselineSession[]): string | undefined {
  const last = counting.at(-fewestSessions)
  return last === undefined
    ? undefined
    : new Date(Date.parse(last.recordedAt) + daysValid * 86_400_000).toISOString()
}

/** A baseline as its sets, and how each stands. `releases`: the sessions of each release that is pinned beside it. */
export function describeSets(
  name: string,
  sessions: readonly BaselineSession[],
  releases: Readonly<Record<string, readonly BaselineSession[]>>,
  now: Date,
): readonly BaselineSet[] {
  const sets = setsOf(sessions)
  return sets.map((set) => {
    const counting = set.sessions.filter((session) => counts(session, now))
    const end = until(counting)
    return {
      name,
      scenario: set.scenario,
      profile: set.profile,
      must: set.must,
      differs: differs(set, sets),
      sessions: set.sessions.map((session) => ({
        session: session.session,
        recordedAt: session.recordedAt,
        state: stateOf(session, now),
        subject: session.fingerprint.subject,
      })),
      counting: counting.length,
      missing: Math.max(0, fewestSessions - counting.length),
      ...(end === undefined ? {} : { until: end }),
      releases: Object.entries(releases).flatMap(([release, pinned]) =>
        isBeside(set, pinned) ? [release] : [],
      ),
      metrics: summaries(counting),
    }
  })
}

const isBeside = (set: SessionSet, pinned: readonly BaselineSession[]): boolean =>
  // A session of the same conditions would join the set.
  pinned.some((session) => setsOf([...set.sessions, session]).length === 1)

/** Recorded sessions that nobody has decided about, and that are not too old to count. */
export function toPromote(sessions: readonly BaselineSession[], now: Date): readonly BaselineSession[] {
  return sessions.filter((session) => stateOf(session, now) === 'recorded')
}

/** The newest `keep` sessions of each set are to count, and no others: which are promoted, and which demoted, for that. */
export function rollPlan(
  sessions: readonly BaselineSession[],
  keep: number,
  now: Date,
): readonly {
  readonly rolled: RolledSet
  readonly promote: readonly BaselineSession[]
  readonly demote: readonly BaselineSession[]
}[] {
  const sets = setsOf(sessions)
  return sets.map((set) => {
    // By a clock that was wrong it would be the newest for ever.
    const newest = set.sessions.filter((session) => !isAhead(session, now)).slice(-keep)
    const promote = newest.filter((session) => session.promoted !== true && !isExpired(session, now))
    const demote = set.sessions.filter((session) => session.promoted === true && !newest.includes(session))
    const before = set.sessions.filter((session) => counts(session, now))
    const after = newest.filter((session) => promote.includes(session) || counts(session, now))
    const [was, is] = [summaries(before), summaries(after)]
    const ids = (some: readonly BaselineSession[]): readonly string[] => some.map((one) => one.session)
    const rolled = {
      scenario: set.scenario,
      profile: set.profile,
      differs: differs(set, sets),
      promoted: ids(promote),
      demoted: ids(demote),
      counting: after.length,
      shifts: Object.entries(is).flatMap(([name, { unit, centre }]) => {
        const from = was[name]?.centre
        return from === undefined || promote.length + demote.length === 0
          ? []
          : [{ name, unit, from, to: centre }]
      }),
    }
    return { rolled, promote, demote }
  })
}

/** Sessions older than so many days that no gate can use: those that do not count, by age or because nobody promoted them. */
export function toPrune(
  sessions: readonly BaselineSession[],
  olderThan: number,
  now: Date,
): readonly BaselineSession[] {
  return sessions.filter((session) => daysSince(session, now) > olderThan && !counts(session, now))
}
