import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaselineSession } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { parseVersioned, readText } from './check.js'
import { isMissing, refusal, writeAtomic, writeNew } from './files.js'
import { inKeyOrder, jsonText } from './json.js'
import { sessionSchema } from './schemas.js'

type Place = Pick<BaselineSession, 'name' | 'scenario' | 'session'>

const safe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

function checkName(what: string, name: string): void {
  if (safe.test(name)) return
  throw new UserError(
    `"${name}" cannot name a ${what}: expected letters, digits, ".", "_" and "-", the first a letter or digit.`,
    { reason: 'bad_name' },
  )
}

/** A pinned release lies beside the baseline that it was taken from, as `main@1.4`. Throws `UserError` for a name that no file may have. */
export function pinnedName(name: string, release: string): string {
  checkName('baseline', name)
  checkName('release', release)
  return `${name}@${release}`
}

/** The name of a baseline, or of a release that was pinned. */
export function checkBaseline(name: string): void {
  const [baseline = '', ...release] = name.split('@')
  checkName('baseline', baseline)
  if (release.length > 0) checkName('release', release.join('@'))
}

/** `<root>/<name>/<scenario>/<session>.json`. Names that would leave the folder are a UserError. */
export function sessionPath(root: string, { name, scenario, session }: Place): string {
  checkBaseline(name)
  checkName('scenario', scenario)
  checkName('session', session)
  return join(root, name, scenario, `${session}.json`)
}

/** One session for people to review: indented, keys in a stable order. */
function textOf(session: BaselineSession, path: string): string {
  const { must, warn, subject } = session.fingerprint
  const file: BaselineSession = {
    formatVersion: session.formatVersion,
    name: session.name,
    scenario: session.scenario,
    profile: session.profile,
    session: session.session,
    recordedAt: session.recordedAt,
    promoted: session.promoted,
    fingerprint: { must: inKeyOrder(must), warn: inKeyOrder(warn), subject: inKeyOrder(subject) },
    metrics: inKeyOrder(session.metrics),
    ...(session.mix === undefined ? {} : { mix: inKeyOrder(session.mix) }),
  }
  return `${jsonText(file, path, 2)}\n`
}

/** Keeps a new session in a file of its own and returns its path. A session is never overwritten: UserError. */
export async function saveSession(root: string, session: BaselineSession): Promise<string> {
  const path = sessionPath(root, session)
  if (await writeNew(path, textOf(session, path))) return path
  throw new UserError(`${path} already holds a session, which is never overwritten.`, {
    reason: 'session_exists',
  })
}

/** Replaces the file of a session that is there. */
export async function rewriteSession(root: string, session: BaselineSession): Promise<string> {
  const path = sessionPath(root, session)
  await writeAtomic(path, textOf(session, path))
  return path
}

/** All sessions of a baseline, oldest first. A file that is damaged or lies in the wrong place is a UserError that names it. */
export async function readAll(root: string, name: string): Promise<BaselineSession[]> {
  checkBaseline(name)
  const sessions: BaselineSession[] = []
  for (const scenario of await names(join(root, name), 'folders')) {
    for (const file of await names(join(root, name, scenario), 'files')) {
      sessions.push(await readOne(root, { name, scenario, session: file.slice(0, -'.json'.length) }))
    }
  }
  return sessions.sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt))
}

async function readOne(root: string, place: Place): Promise<BaselineSession> {
  const path = join(root, place.name, place.scenario, `${place.session}.json`)
  const session = parseVersioned(await readText(path, 'a baseline'), sessionSchema, path)
  for (const field of ['name', 'scenario', 'session'] as const) {
    if (session[field] === place[field]) continue
    throw new UserError(
      `${path}: expected ${field} "${place[field]}", as the path says, found "${session[field]}".`,
      {
        hint: 'Move the file to where it belongs, or remove it.',
        reason: 'unreadable_file',
      },
    )
  }
  return session
}

/** Names in a folder, in order; none when it does not exist. Of the files only `*.json`; hidden ones are not ours. */
export async function names(folder: string, of: 'folders' | 'files'): Promise<string[]> {
  try {
    const found = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) => !entry.name.startsWith('.'),
    )
    const wanted = found.filter((entry) =>
      of === 'folders' ? entry.isDirectory() : entry.name.endsWith('.json'),
    )
    return wanted.map((entry) => entry.name).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw new UserError(`${folder} cannot be read as part of a baseline: ${refusal(error)}.`, {
      reason: 'unreadable_file',
      cause: error,
    })
  }
}
