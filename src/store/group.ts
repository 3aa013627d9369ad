import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  formatVersion,
  type GroupFile,
  type Run,
  type RunHeader,
  type UnitRecord,
} from '../model/artefact.js'
import type { Arm } from '../model/plan.js'
import { parseVersioned, readText } from './check.js'
import { createRun, type RunWriter } from './create-run.js'
import { writeAtomic } from './files.js'
import { jsonText } from './json.js'
import { groupFile } from './names.js'
import { readRun } from './read-run.js'
import { groupSchema } from './schemas.js'

/** The runs of one scenario in a gate: a folder an arm, and `group.json`, which follows the units that the arms write. */
export interface GroupWriter {
  readonly folder: string
  readonly arms: Readonly<Partial<Record<Arm, RunWriter>>>
}

/** Makes the folders of a gate's scenario. `headers` has one entry for each of `arms`. Errors as of `createRun`. */
export async function createGroup(
  folder: string,
  about: Pick<GroupFile, 'scenario' | 'profile' | 'arms'>,
  headers: Readonly<Partial<Record<Arm, RunHeader>>>,
): Promise<GroupWriter> {
  let file: GroupFile = {
    formatVersion,
    scenario: about.scenario,
    profile: about.profile,
    arms: about.arms,
    units: [],
  }
  const save = () => writeAtomic(join(folder, groupFile), `${jsonText(file, groupFile, 2)}\n`)
  const onUnit = async (record: UnitRecord) => {
    if (file.units.some((unit) => unit.index === record.index)) return
    const { index, group, offset, startedAt, order, phase } = record
    file = { ...file, units: [...file.units, { index, group, offset, startedAt, order, phase }] }
    await save()
  }
  const arms: Partial<Record<Arm, RunWriter>> = {}
  for (const arm of about.arms) {
    const header = headers[arm]
    if (header === undefined) throw new Error(`The header of the ${arm} run is missing`)
    arms[arm] = await createRun(join(folder, arm), header, onUnit)
  }
  await save()
  return { folder, arms }
}

/** Reads a gate's scenario back, with the run of each arm that it names. Errors as of `readRun`. */
export async function readGroup(
  folder: string,
): Promise<{ group: GroupFile; control?: Run; candidate?: Run }> {
  const path = join(folder, groupFile)
  const group = parseVersioned(await readText(path, 'a group of runs'), groupSchema, path)
  const runs: Partial<Record<Arm, Run>> = {}
  for (const arm of group.arms) runs[arm] = await readRun(join(folder, arm))
  return { group, ...runs }
}

/** True when a folder is a group of runs rather than one run. */
export function isGroup(folder: string): boolean {
  return existsSync(join(folder, groupFile))
}
