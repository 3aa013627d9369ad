import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { messageOf, UserError } from '../model/errors.js'
import type { DataShape, Dataset } from '../model/scenario.js'

const rowsSchema = v.record(v.string(), v.array(v.record(v.string(), v.union([v.string(), v.number()]))))

const parse = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(`The rows file ${file} is not JSON (${messageOf(error)}).`)
  }
}

/** Rows that a person made, by kind: `{ "events": [{ "id": … }], "buyers": [{ "email": …, "password": … }] }`. */
export async function readRows(file: string, shape: DataShape): Promise<Dataset> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`Cannot read the rows file ${file} (${messageOf(error)}).`, {
      hint: 'Set `data.file` in vge-perf.config.ts to a file that exists.',
    })
  })
  const checked = v.safeParse(rowsSchema, parse(file, text))
  if (!checked.success) {
    const [issue] = checked.issues
    const where = v.getDotPath(issue) ?? 'its top'
    throw new UserError(
      `The rows file ${file} is wrong at ${where}: expected ${issue.expected}, found ${issue.received}.`,
      {
        hint: 'Write lists by kind: { "events": [{ "id": "…" }], "buyers": [{ "email": "…", "password": "…" }] }.',
      },
    )
  }
  for (const [kind, wanted] of Object.entries(shape)) {
    if (wanted > 0 && (checked.output[kind] ?? []).length === 0) {
      throw new UserError(`The rows file ${file} has no "${kind}", but the scenario wants ${wanted}.`, {
        hint: `It has: ${Object.keys(checked.output).join(', ') || 'nothing'}.`,
      })
    }
  }
  return checked.output
}
