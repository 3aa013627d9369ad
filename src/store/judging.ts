import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatVersion, type JudgingFile } from '../model/artefact.js'
import { parseVersioned, readText } from './check.js'
import { writeAtomic } from './files.js'
import { jsonText } from './json.js'
import { judgingFile } from './names.js'
import { judgingSchema } from './schemas.js'

/** As what the gate judged the scenario in this folder; undefined where no gate kept it. A damaged file is a UserError that names it. */
export async function readJudging(folder: string): Promise<JudgingFile | undefined> {
  const path = join(folder, judgingFile)
  return existsSync(path)
    ? parseVersioned(await readText(path, 'a group of runs'), judgingSchema, path)
    : undefined
}

/** Keeps it in the folder of a scenario. */
export async function saveJudging(
  folder: string,
  judging: Omit<JudgingFile, 'formatVersion'>,
): Promise<void> {
  const path = join(folder, judgingFile)
  await writeAtomic(path, `${jsonText({ formatVersion, ...judging }, path, 2)}\n`)
}
