import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Verdict } from '../model/verdict.js'
import { reporters } from '../report/index.js'

const outcomes = [
  'pass',
  'improvement',
  'regression',
  'broken',
  'over_budget',
  'inconclusive',
  'invalid',
  'wrong_mix',
  'failed',
  'interrupted',
] as const satisfies readonly Verdict['outcome'][]

const schema = v.object({
  outcome: v.picklist(outcomes),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  repeat: v.string(),
  candidate: v.record(v.string(), v.string()),
  scenarios: v.array(v.object({ scenario: v.string() })),
})

/** What the verdict of a report says of itself; undefined where there is none, or none that can be read. */
export async function verdictIn(folder: string): Promise<v.InferOutput<typeof schema> | undefined> {
  try {
    return v.parse(schema, JSON.parse(await readFile(join(folder, reporters.json.file), 'utf8')))
  } catch {
    return undefined
  }
}
