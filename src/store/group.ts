import { existsSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  formatVersion,
  type GroupFile,
  type Run,
  type RunEnd,
  type RunHeader,
  type UnitRecord,
} from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import type { Arm } from '../model/plan.js'
import { parseVersioned, readText } from './check.js'
import { createRun, type RunWriter } from './create-run.js'
import { writeAtomic } from './files.js'
import { jsonText } from './json.js'
import { calibrationFile, groupFile, judgingFile, runFiles } from './names.js'
import { readRun } from './read-run.js'
import { groupSchema } from './schemas.js'

/** The runs of one scenario in a gate: a folder an arm, and `group.json`, which lists the units that ended. */
export interface GroupWriter {
  readonly folder: string
  arm(name: Arm): RunWriter | undefined
  /** Ends a unit on the arms that it ran on; a record an arm, which agree on where the unit lies. */
  unit(records: Readonly<Partial<Record<Arm, UnitRecord>>>): Promise<void>
  /** Ends the runs of all arms. */
  end(end: RunEnd): Promise<void>
  /** As `RunWriter.endSync`, on all arms. */
  endSync(end: RunEnd): void
  /** Takes its files away, and the folders where nothing else lies in them. */
  discard(end: RunEnd): Promise<void>
}

/** Makes the folders of a gate's scenario. `headers` has one entry for each of `arms`. Errors as of `createRun`. */
export async function createGroup(
  folder: string,
  about: Pick<GroupFile, 'scenario' | 'profile' | 'arms'>,
  headers: Readonly<Partial<Record<Arm, RunHeader>>>,
): Promise<GroupWriter> {
  const runs = new Map<Arm, RunWriter>()
  for (const arm of about.arms) {
    const header = headers[arm]
    if (header === undefined) throw new Error(`The header of the ${arm} run is missing`)
    runs.set(arm, await createRun(join(folder, arm), header))
  }
  const { scenario, profile, arms } = about
  const writer = new Writer(folder, { formatVersion, scenario, profile, arms, units: [] }, runs)
  await writer.save()
  return writer
}

class Writer implements GroupWriter {
  constructor(
    readonly folder: string,
    private file: GroupFile,
    private readonly runs: ReadonlyMap<Arm, RunWriter>,
  ) {}

  arm(name: Arm): RunWriter | undefined {
    return this.runs.get(name)
  }

  async unit(records: Readonly<Partial<Record<Arm, UnitRecord>>>): Promise<void> {
    for (const [arm, run] of this.runs) {
      const record = records[arm]
      if (record !== undefined) await run.unit(record)
    }
    const any = records.candidate ?? records.control
    if (any === undefined) return
    const { index, group, offset, startedAt, order, phase } = any
    this.file = {
      ...this.file,
      units: [...this.file.units, { index, group, offset, startedAt, order, phase }],
    }
    await this.save()
  }

  async end(end: RunEnd): Promise<void> {
    for (const run of this.runs.values()) await run.end(end)
  }

  endSync(end: RunEnd): void {
    for (const run of this.runs.values()) run.endSync(end)
  }

  async discard(end: RunEnd): Promise<void> {
    // That it cannot be ended well is no news of what is taken away.
    for (const run of this.runs.values()) await run.end(end).catch(() => undefined)
    const own = [...this.runs.values()].map(({ folder }) => ({ folder, files: Object.values(runFiles) }))
    for (const { folder, files } of [
      ...own,
      { folder: this.folder, files: [groupFile, judgingFile, calibrationFile] },
    ]) {
      for (const file of files) await rm(join(folder, file), { force: true })
      await rmdir(folder).catch(() => undefined)
    }
  }

  async save(): Promise<void> {
    await writeAtomic(join(this.folder, groupFile), `${jsonText(this.file, groupFile, 2)}\n`)
  }
}

/** Reads a gate's scenario back, with the run of each arm that it names. Errors as of `readRun`. */
export async function readGroup(
  folder: string,
): Promise<{ group: GroupFile; control?: Run; candidate?: Run }> {
  const path = join(folder, groupFile)
  const group = parseVersioned(await readText(path, 'a group of runs'), groupSchema, path)
  const runs: Partial<Record<Arm, Run>> = {}
  for (const arm of group.arms) {
    const run = await readRun(join(folder, arm))
    if (run.file.arm !== arm)
      throw new UserError(`${join(folder, arm)} holds the run of a ${run.file.arm}.`, {
        hint: 'The folder was put together from two runs: restore it, or record anew.',
        reason: 'other_scenario',
      })
    const lost = group.units.find(({ index }) => run.file.units.every((unit) => unit.index !== index))
    if (lost !== undefined)
      throw new UserError(`${path} lists unit ${lost.index}, which the run in ${join(folder, arm)} lacks.`, {
        hint: 'The folder was put together from two runs: restore it, or record anew.',
        reason: 'unit_missing',
      })
    runs[arm] = run
  }
  return { group, ...runs }
}

/** True when a folder is a group of runs rather than one run. */
export function isGroup(folder: string): boolean {
  return existsSync(join(folder, groupFile))
}

/** True when a folder holds a run of an arm, as a group's does. */
export function holdsArms(folder: string): boolean {
  return arms.some((arm) => existsSync(join(folder, arm, runFiles.run)))
}

const arms: readonly Arm[] = ['control', 'candidate']
