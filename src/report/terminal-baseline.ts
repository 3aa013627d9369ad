import type { BaselineSet, RolledSet, SessionState } from '../model/baseline.js'
import { change, measure, plural, share } from './format.js'
import { fit, left, right } from './layout.js'

const states: Readonly<Record<SessionState, string>> = {
  promoted: 'promoted',
  recorded: 'recorded, not yet promoted',
  rolled_out: 'rolled out',
  expired: 'expired',
  ahead: 'recorded in the future: its clock was wrong',
}

/** Figures that moved by less are not told. */
const shiftTold = 0.03

const titleOf = ({ scenario, profile }: { readonly scenario: string; readonly profile: string }): string =>
  `${scenario} (${profile})`

/** Whether a gate can use a set, in words. */
function standing({ counting, missing, until, sessions }: BaselineSet): string {
  const of = `${counting} of ${plural(sessions.length, 'session')} ${counting === 1 ? 'counts' : 'count'}`
  return missing > 0 || until === undefined
    ? `${of}, ${missing} more must be promoted`
    : `${of}, usable until ${until.slice(0, 10)}`
}

const conditions = (differs: readonly string[], lead: string): readonly string[] =>
  differs.map((field) => `${lead}other conditions than the newest: ${field}`)

/** A line a set, and one for each condition in which it differs. */
export function listText(sets: readonly BaselineSet[]): string {
  const wide = Math.max(...sets.map(({ name }) => name.length)) + 2
  return sets
    .flatMap((set) => [
      `${left(set.name, wide)}${left(fit(titleOf(set), 28), 30)}${standing(set)}${set.releases.length === 0 ? '' : `; pinned: ${set.releases.join(', ')}`}`,
      ...conditions(set.differs, ' '.repeat(wide + 2)),
    ])
    .join('\n')
}

/** Each set with its figures and its sessions, newest first. */
export function showText(sets: readonly BaselineSet[]): string {
  return sets
    .map((set) =>
      [
        `${titleOf(set)}: ${standing(set)}`,
        ...conditions(set.differs, '  '),
        ...set.releases.map((release) => `  pinned as release ${release}`),
        ...Object.entries(set.metrics).map(
          ([name, { unit, centre, spread, sessions }]) =>
            `  ${left(fit(name, 34), 36)}${right(measure(centre, unit), 10)}${spread === undefined ? '' : `  ± ${share(spread)}`}  of ${plural(sessions, 'session')}`,
        ),
        ...set.sessions
          .map(({ session, state, subject }) => {
            const build = [subject['version'], subject['commit']].filter((one) => one !== undefined)
            return `  ${left(session, 26)}${states[state]}${build.length === 0 ? '' : `  ${build.join(' ')}`}`
          })
          .toReversed(),
      ].join('\n'),
    )
    .join('\n\n')
}

/** What rolling did, or would do; and where it moves what gates compare with. */
export function rolledText(rolled: readonly RolledSet[], dryRun: boolean): string {
  const verbs = dryRun
    ? (['would count', 'would no longer count'] as const)
    : (['counts', 'no longer counts'] as const)
  return rolled
    .flatMap((set) => [
      `${titleOf(set)}: ${plural(set.promoted.length, 'session')} promoted, ${set.demoted.length} demoted; ${set.counting} ${set.counting === 1 ? 'counts' : 'count'} ${dryRun ? 'then' : 'now'}`,
      ...conditions(set.differs, '  '),
      ...set.promoted.map((session) => `  + ${session} ${verbs[0]}`),
      ...set.demoted.map((session) => `  - ${session} ${verbs[1]}`),
      ...set.shifts
        .filter(({ from, to }) => Math.abs(to / from - 1) >= shiftTold)
        .map(
          ({ name, unit, from, to }) =>
            `  gates compare ${name} with ${measure(to, unit)} instead of ${measure(from, unit)} (${change(to / from - 1)})`,
        ),
    ])
    .join('\n')
}
