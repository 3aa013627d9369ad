import { existsSync } from 'node:fs'
import type { BaselineSession } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { names, readAll, sessionPath, writeSession } from './baseline-files.js'

/** A baseline of one scenario and profile, counted. */
export interface BaselineSummary {
  readonly name: string
  readonly scenario: string
  readonly profile: string
  readonly sessions: number
  readonly promoted: number
  readonly pinned: number
  /** ISO 8601, of the newest session. */
  readonly latest: string
}

/** Keeps one session in a file of its own and returns its path. A session is never overwritten: UserError. */
export async function saveSession(root: string, session: BaselineSession): Promise<string> {
  const path = sessionPath(root, session)
  if (existsSync(path)) {
    throw new UserError(`${path} already holds a session, which is never overwritten.`, {
      reason: 'session_exists',
    })
  }
  await writeSession(root, session)
  return path
}

/**
 * Sessions of a baseline, oldest first, promoted or not: those without `promotedAt` are not yet to be compared with.
 * A baseline that does not exist, or a file that is damaged or foreign, is a UserError; a scenario without sessions is none.
 */
export async function readSessions(
  root: string,
  name: string,
  scenario?: string,
): Promise<readonly BaselineSession[]> {
  const sessions = await readAll(root, name)
  if (sessions.length === 0) throw await unknown(root, name)
  return scenario === undefined ? sessions : sessions.filter((session) => session.scenario === scenario)
}

/** Promotes what was recorded under a name and not yet promoted, `pin` pins as well; returns what changed. UserError when nothing did. */
export async function promoteSessions(
  root: string,
  name: string,
  options: { readonly pin?: boolean; readonly now?: Date } = {},
): Promise<readonly BaselineSession[]> {
  const pin = options.pin === true
  const promotedAt = (options.now ?? new Date()).toISOString()
  const changed = (await readSessions(root, name))
    .filter((session) => session.promotedAt === undefined || (pin && session.pinned !== true))
    .map((session) => ({
      ...session,
      promotedAt: session.promotedAt ?? promotedAt,
      pinned: pin ? true : session.pinned,
    }))
  if (changed.length === 0) {
    throw new UserError(
      `Every session of baseline "${name}" is ${pin ? 'promoted and pinned' : 'promoted'} already.`,
      {
        hint: `Record a new one first: vge-perf baseline record ${name}`,
        reason: 'nothing_to_promote',
      },
    )
  }
  for (const session of changed) await writeSession(root, session)
  return changed
}

/** What lies in a folder of baselines, by name and scenario; empty when there is no such folder. */
export async function listBaselines(root: string): Promise<readonly BaselineSummary[]> {
  const all: BaselineSummary[] = []
  for (const name of await names(root, 'folders')) {
    const sessions = await readAll(root, name)
    const kinds = new Set(sessions.map(kindOf))
    all.push(...[...kinds].flatMap((kind) => summary(sessions.filter((session) => kindOf(session) === kind))))
  }
  return all
}

const kindOf = ({ scenario, profile }: BaselineSession): string => JSON.stringify([scenario, profile])

function summary(sessions: readonly BaselineSession[]): readonly BaselineSummary[] {
  const latest = sessions.at(-1)
  if (latest === undefined) return []
  const { name, scenario, profile, recordedAt } = latest
  const promoted = sessions.filter((session) => session.promotedAt !== undefined).length
  const pinned = sessions.filter((session) => session.pinned === true).length
  return [{ name, scenario, profile, sessions: sessions.length, promoted, pinned, latest: recordedAt }]
}

async function unknown(root: string, name: string): Promise<UserError> {
  const known = await names(root, 'folders')
  const others = known.length === 0 ? `There are none in ${root} yet.` : `There are: ${known.join(', ')}.`
  return new UserError(`There is no baseline "${name}" in ${root}.`, {
    hint: `${others} Record one: vge-perf baseline record ${name}`,
    reason: 'no_baseline',
  })
}
