import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Load } from '../model/load.js'
import type { Plan } from '../model/plan.js'
import type { UnitLayout } from './unit.js'

/** What a plan holds besides its layout. */
export type PlanHead = Omit<Plan, 'formatVersion' | 'phases' | 'arrivalsFile' | 'arrivals' | 'load'> & {
  readonly load: Load
}

/** A JSON file that only its owner may read: rows hold tokens. Returns its path. */
export function writePrivate(folder: string, name: string, value: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
  return file
}

/** Writes the arrivals of a unit beside its plan and returns the plan, ready for an engine. */
export function writePlan(folder: string, unit: number, head: PlanHead, layout: UnitLayout): Plan {
  const arrivalsFile = writePrivate(folder, `arrivals-${unit}.json`, layout.table)
  return { ...head, formatVersion: 1, phases: layout.phases, arrivalsFile, arrivals: layout.table.at.length }
}
