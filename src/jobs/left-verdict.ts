import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { outcomes } from '../compare/findings.js'
import { UserError } from '../model/errors.js'
import { reporters } from '../report/index.js'

const schema = v.object({
  outcome: v.picklist(outcomes),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  repeat: v.string(),
  candidate: v.record(v.string(), v.string()),
  scenarios: v.array(v.object({ scenario: v.string(), profile: v.string() })),
})

/** What the verdict of a report says of itself. */
export type LeftVerdict = v.InferOutput<typeof schema>

/** The verdict that lies in a folder, undefined where there is none. Throws `UserError` for one that cannot be read. */
export async function verdictIn(folder: string): Promise<LeftVerdict | undefined> {
  const path = join(folder, reporters.json.file)
  if (!existsSync(path)) return undefined
  try {
    return v.parse(schema, JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new UserError(`${path} is no verdict that can be read.`, {
      hint: 'Restore it, or take it away: it is made anew from what was measured.',
      reason: 'unreadable_file',
    })
  }
}
