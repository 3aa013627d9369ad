import { recordCommand } from '../compare/next.js'
import { describeSets, rollPlan, toPromote, toPrune } from '../compare/upkeep.js'
import type { BaselineSession } from '../model/artefact.js'
import type { BaselineSet, RolledSet } from '../model/baseline.js'
import { UserError } from '../model/errors.js'
import { fewestSessions } from '../stats/prediction.js'
import {
  baselineNames,
  markSessions,
  pinnedName,
  pinSessions,
  readSessions,
  releasesOf,
  removeSessions,
} from '../store/index.js'

/** A baseline in a folder of them. */
export interface Baseline {
  readonly root: string
  readonly name: string
}

/** How the baselines of a folder stand, or the one that is named. None where the folder has none; a name that is not there is a UserError. */
export async function describe(
  root: string,
  name?: string,
  now = new Date(),
): Promise<readonly BaselineSet[]> {
  const described: BaselineSet[] = []
  for (const one of name === undefined ? await baselineNames(root) : [name]) {
    const releases: Record<string, readonly BaselineSession[]> = {}
    for (const release of await releasesOf(root, one))
      releases[release] = await readSessions(root, pinnedName(one, release))
    // A folder that holds no session yet is no baseline; one that was asked for by name says so.
    const sessions = await readSessions(root, one).catch((error: unknown) => {
      if (name === undefined && error instanceof UserError && error.reason === 'no_baseline') return []
      throw error
    })
    described.push(...describeSets(one, sessions, releases, now))
  }
  return described
}

/** A pinned release stays what it was. */
function assertRolling({ name }: Baseline, what: string): void {
  if (!name.includes('@')) return
  throw new UserError(`"${name}" is a pinned release, which is never ${what}.`, {
    hint: `Name the baseline: ${name.split('@')[0]}. To give a release up, remove its folder.`,
    reason: 'pinned',
  })
}

/** Lets recorded sessions count. Throws `UserError` when there is none that nobody has decided about. */
export async function promote(baseline: Baseline, now = new Date()): Promise<readonly BaselineSession[]> {
  assertRolling(baseline, 'promoted')
  const { root, name } = baseline
  const sessions = toPromote(await readSessions(root, name), now)
  if (sessions.length === 0) {
    throw new UserError(`Baseline "${name}" has no session that waits to be promoted.`, {
      hint: `Record a new one: vge-perf baseline record ${name}; how each session stands: vge-perf baseline show ${name}`,
      reason: 'nothing_to_promote',
    })
  }
  await markSessions(root, sessions, true)
  return sessions
}

/**
 * Keeps the sessions that count now as those of a release, in a folder of its own beside the rolling baseline. Returns the paths of
 * the files that are new. Throws `UserError` when a set has too few of them to tell drift by.
 */
export async function pin(baseline: Baseline, release: string, now = new Date()): Promise<readonly string[]> {
  assertRolling(baseline, 'pinned again')
  const { root, name } = baseline
  pinnedName(name, release)
  const sessions = await readSessions(root, name)
  const sets = describeSets(name, sessions, {}, now)
  const ready = sets.filter(({ missing }) => missing === 0)
  if (ready.length === 0) {
    const short = sets.map((set) => `${set.scenario} (${set.profile}) has ${set.counting}`)
    const record = sets.slice(0, 1).map((set) => recordCommand(name, set, set.missing))
    throw new UserError(
      `Nothing of baseline "${name}" can be pinned: ${fewestSessions} sessions have to count, and ${short.join(', ')}.`,
      { hint: `Record and promote them: ${record.join('')}`, reason: 'too_few_sessions' },
    )
  }
  const all = new Map(sessions.map((one) => [`${one.scenario} ${one.profile} ${one.session}`, one]))
  const counting = ready.flatMap((set) =>
    set.sessions.flatMap(({ session, state }) => {
      const found = all.get(`${set.scenario} ${set.profile} ${session}`)
      return state === 'promoted' && found !== undefined ? [found] : []
    }),
  )
  return pinSessions(root, name, release, counting)
}

/** Moves a baseline on: the newest `keep` sessions of each set count, older ones no longer. With `dryRun` nothing is written. */
export async function roll(
  baseline: Baseline,
  options: { readonly keep: number; readonly dryRun: boolean; readonly now?: Date },
): Promise<readonly RolledSet[]> {
  assertRolling(baseline, 'rolled')
  const { root, name } = baseline
  const plan = rollPlan(await readSessions(root, name), options.keep, options.now ?? new Date())
  if (!options.dryRun) {
    // First what is to count: between the two a gate finds too many sessions rather than too few.
    for (const { promote: some } of plan) await markSessions(root, some, true)
    for (const { demote: some } of plan) await markSessions(root, some, false)
  }
  return plan.map(({ rolled }) => rolled)
}

/** Deletes sessions older than so many days which no gate can use; releases are never touched. With `dryRun` nothing is deleted. */
export async function prune(
  baseline: Baseline,
  options: { readonly olderThan: number; readonly dryRun: boolean; readonly now?: Date },
): Promise<readonly BaselineSession[]> {
  assertRolling(baseline, 'pruned')
  const { root, name } = baseline
  const old = toPrune(await readSessions(root, name), options.olderThan, options.now ?? new Date())
  if (!options.dryRun) await removeSessions(root, old)
  return old
}

/** The release whose pinned sessions are the newest; undefined when none is pinned. */
export async function latestRelease({
  root,
  name,
}: Baseline): Promise<
  { readonly release: string; readonly sessions: readonly BaselineSession[] } | undefined
> {
  const releases: { readonly release: string; readonly sessions: readonly BaselineSession[] }[] = []
  for (const release of await releasesOf(root, name))
    releases.push({ release, sessions: await readSessions(root, pinnedName(name, release)) })
  const newest = ({ sessions }: (typeof releases)[number]): number =>
    Date.parse(sessions.at(-1)?.recordedAt ?? '')
  return releases.toSorted((a, b) => newest(b) - newest(a))[0]
}
