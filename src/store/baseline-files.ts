import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaselineSession } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { parseVersioned, readText } from './check.js'
import { isMissing, refusal, writeAtomic } from './files.js'
import { inKeyOrder, jsonText } from './json.js'
import { sessionSchema } from './schemas.js'

type Place = Pick<BaselineSession, 'name' | 'scenario' | 'session'>

const safe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

function checkName(what: string, name: string): void {
  if (safe.test(name)) return
  throw new UserError(
    `"${name}" cannot name a ${what}: expected letters, digits, ".", "_" and "-", the first a letter or digit.`,
  )
}

/** `<root>/<name>/<scenario>/<session>.json`. Names that would leave the folder are a UserError. */
export function sessionPath(root: string, { name, scenario, session }: Place): string {
  checkName('baseline', name)
  checkName('scenario', scenario)
  checkName('session', session)
  return join(root, name, scenario, `${session}.json`)
}

/** Writes one session for people to review: indented, keys in a stable order. */
export async function writeSession(root: string, session: BaselineSession): Promise<void> {
  const { must, warn, subject } = session.fingerprint
  const file: BaselineSession = {
    formatVersion: session.formatVersion,
    name: session.name,
    scenario: session.scenario,
    profile: session.profile,
    session: session.session,
    recordedAt: session.recordedAt,
    promotedAt: session.promotedAt,
    pinned: session.pinned,
    fingerprint: { must: inKeyOrder(must), warn: inKeyOrder(warn), subject: inKeyOrder(subject) },
    metrics: inKeyOrder(session.metrics),
  }
  const path = sessionPath(root, session)
  await writeAtomic(path, `${jsonText(file, path, 2)}\n`)
}

/** All sessions of a baseline, oldest first. A file that is damaged or lies in the wrong place is a UserError that names it. */
export async function readAll(root: string, name: string): Promise<BaselineSession[]> {
  checkName('baseline', name)
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
