import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { formatVersion } from '../model/artefact.js'
import { messageOf, UserError } from '../model/errors.js'
import { isMissing, refusal } from './files.js'
import type { Schema } from './schema-basics.js'

/** What a person can do about a file that is not what it should be. */
const hint = 'The file was cut, edited, or made by something else: restore it, or record anew.'

const unreadable = (where: string, what: string, cause?: unknown): UserError =>
  new UserError(`${where}: ${what}.`, { hint, reason: 'unreadable_file', cause })

/** The text of a file; a UserError names it and says why when it cannot be had. `what` is what it should be, as "a run". */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unread(path, what, error)
  }
}

/** As `readText`, for what is asked for seldom and then at once. */
export function readTextSync(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unread(path, what, error)
  }
}

/** Why a file of `what` could not be read. */
export function unread(path: string, what: string, error: unknown): UserError {
  const why = isMissing(error) ? 'there is no such file' : refusal(error)
  return new UserError(`${path} cannot be read as part of ${what}: ${why}.`, {
    hint: `Name the folder of ${what} that vge-perf has written.`,
    reason: isMissing(error) ? 'missing_file' : 'unreadable_file',
    cause: error,
  })
}

/** JSON that satisfies a schema. `where` names the file, and the line where there are several. Throws a UserError in a sentence. */
export function parseChecked<T>(json: string, schema: Schema<T>, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw unreadable(where, `expected JSON, found something else (${messageOf(error)})`, error)
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const field = v.getDotPath(issue)
  const at = field === null ? '' : `${field}: `
  const what = issue.expected === null ? issue.message : `expected ${issue.expected}, found ${issue.received}`
  throw unreadable(where, `${at}${what}`)
}

const versioned = v.looseObject({ formatVersion: v.number() })

/** As `parseChecked`, for a file that carries a `formatVersion`; another version is refused by name. */
export function parseVersioned<T>(json: string, schema: Schema<T>, where: string): T {
  const found = parseChecked(json, versioned, where).formatVersion
  if (found === formatVersion) return parseChecked(json, schema, where)
  throw new UserError(`${where}: expected formatVersion ${formatVersion}, found ${found}.`, {
    hint: 'Read it with the vge-perf that wrote it, or record anew.',
    reason: 'foreign_version',
  })
}
