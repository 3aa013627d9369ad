import { basename, join } from 'node:path'
import { messageOf, UserError } from '../model/errors.js'
import { parseChecked, readText, readTextSync } from './check.js'
import type { Schema } from './schema-basics.js'

/** The whole lines of a file. A crash may leave a part of a line at the end, which `damage` tells. */
export interface Lines {
  readonly path: string
  readonly lines: readonly string[]
  readonly damage: readonly string[]
}

export async function readLines(folder: string, file: string): Promise<Lines> {
  const path = join(folder, file)
  return linesOf(path, await readText(path, 'a run'))
}

function linesOf(path: string, text: string): Lines {
  const lines = text.split('\n')
  const rest = lines.pop()
  if (rest === undefined || rest === '') return { path, lines, damage: [] }
  return {
    path,
    lines,
    damage: [`${basename(path)}, line ${lines.length + 1}: the last line is not whole and was left out`],
  }
}

/** Every line parsed; an Error of `parse` becomes a UserError that names file and line. Undefined lines are left out. */
export function eachLine<T>(
  { path, lines }: Lines,
  parse: (line: string, where: string) => T | undefined,
): T[] {
  const all: T[] = []
  for (const [index, line] of lines.entries()) {
    const where = `${path}, line ${index + 1}`
    try {
      const parsed = parse(line, where)
      if (parsed !== undefined) all.push(parsed)
    } catch (error) {
      if (error instanceof UserError) throw error
      throw new UserError(`${where}: ${messageOf(error)}.`, { reason: 'unreadable_file', cause: error })
    }
  }
  return all
}

/** The records of an ndjson file. */
export async function readRecords<T>(
  folder: string,
  file: string,
  schema: Schema<T>,
): Promise<{ records: readonly T[]; damage: readonly string[] }> {
  return recordsOf(await readLines(folder, file), schema)
}

/** As `readRecords`, at once. */
export function readRecordsSync<T>(folder: string, file: string, schema: Schema<T>): readonly T[] {
  const path = join(folder, file)
  return recordsOf(linesOf(path, readTextSync(path, 'a run')), schema).records
}

function recordsOf<T>(lines: Lines, schema: Schema<T>): { records: readonly T[]; damage: readonly string[] } {
  return {
    records: eachLine(lines, (line, where) => parseChecked(line, schema, where)),
    damage: lines.damage,
  }
}
