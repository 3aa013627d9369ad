import { existsSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import type { BaselineSession } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { fewestSessions } from '../stats/prediction.js'
import { names, pinnedName, readAll, rewriteSession, saveSession, sessionPath } from './baseline-files.js'
import { isMissing, notWritable } from './files.js'

/** Baselines that lie in a folder, pinned releases left out, in the order of their names; none when there is no such folder. */
export async function baselineNames(root: string): Promise<readonly string[]> {
  return (await names(root, 'folders')).filter((name) => !name.includes('@'))
}

/** Releases of a baseline that were pinned, in the order of their names. */
export async function releasesOf(root: string, name: string): Promise<readonly string[]> {
  const before = `${name}@`
  return (await names(root, 'folders')).flatMap((found) =>
    found.startsWith(before) ? [found.slice(before.length)] : [],
  )
}

/**
 * Sessions of a baseline, oldest first, whether they count or not. A baseline that does not exist, or a file that is damaged or
 * foreign, is a UserError.
 */
export async function readSessions(root: string, name: string): Promise<readonly BaselineSession[]> {
  const sessions = await readAll(root, name)
  if (sessions.length > 0) return sessions
  const known = await names(root, 'folders')
  const others = known.length === 0 ? `There are none in ${root} yet.` : `There are: ${known.join(', ')}.`
  throw new UserError(`There is no baseline "${name}" in ${root}.`, {
    hint: `${others} Record one: vge-perf baseline record ${name} --scenario NAME --sessions ${fewestSessions}, then vge-perf baseline promote ${name}`,
    reason: 'no_baseline',
  })
}

/** Lets sessions count, or no longer; each in its own file, so that other sessions are not touched. Returns their paths. */
export async function markSessions(
  root: string,
  sessions: readonly BaselineSession[],
  promoted: boolean,
): Promise<readonly string[]> {
  const paths: string[] = []
  for (const session of sessions) {
    const path = sessionPath(root, session)
    if (!existsSync(path)) {
      throw new UserError(`${path} is gone: another command removed it meanwhile.`, {
        hint: 'Give the command again.',
        reason: 'changed_meanwhile',
      })
    }
    paths.push(await rewriteSession(root, { ...session, promoted }))
  }
  return paths
}

/** Copies sessions to where neither rolling nor pruning reaches them. Those that lie there already are left as they are. */
export async function pinSessions(
  root: string,
  name: string,
  release: string,
  sessions: readonly BaselineSession[],
): Promise<readonly string[]> {
  const paths: string[] = []
  for (const session of sessions) {
    const copy = { ...session, name: pinnedName(name, release) }
    if (!existsSync(sessionPath(root, copy))) paths.push(await saveSession(root, copy))
  }
  return paths
}

/** Deletes the files of sessions. One that is gone already is none. Returns the paths of those that were deleted. */
export async function removeSessions(
  root: string,
  sessions: readonly BaselineSession[],
): Promise<readonly string[]> {
  const paths: string[] = []
  for (const session of sessions) {
    const path = sessionPath(root, session)
    try {
      await unlink(path)
      paths.push(path)
    } catch (error) {
      if (!isMissing(error)) throw notWritable(path, error)
    }
  }
  return paths
}
