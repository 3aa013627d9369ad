import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatVersion } from '../model/artefact.js'
import type { CalibratedScenario, Calibration } from '../model/calibration.js'
import { parseVersioned, readText } from './check.js'
import { writeAtomic } from './files.js'
import { inKeyOrder, jsonText } from './json.js'
import { calibrationFile } from './names.js'
import { calibrationSchema } from './schemas.js'

/** Undefined when there is no such file. One that is damaged, or of another version, is a UserError that names it. */
export async function readCalibration(path: string): Promise<Calibration | undefined> {
  if (!existsSync(path)) return undefined
  return parseVersioned(await readText(path, 'a calibration'), calibrationSchema, path)
}

/** Where a group of runs keeps what was known of its noise when it was measured. */
export const calibrationIn = (group: string): string => join(group, calibrationFile)

/** Keeps these entries, in place of those of the same scenario and profile; the others stay. Errors as of `readCalibration`. */
export async function saveCalibration(path: string, fresh: readonly CalibratedScenario[]): Promise<void> {
  const kept = (await readCalibration(path))?.scenarios ?? []
  const key = ({ scenario, profile }: CalibratedScenario): string => `${scenario} ${profile}`
  const all = new Map([...kept, ...fresh].map((one) => [key(one), one]))
  const scenarios = Object.values(inKeyOrder(Object.fromEntries(all))).map(inOrder)
  await writeAtomic(path, `${jsonText({ formatVersion, scenarios }, path, 2)}\n`)
}

/** For people to review: keys in a stable order, spreads to a hundredth of a per cent. */
function inOrder(one: CalibratedScenario): CalibratedScenario {
  const metrics = Object.entries(one.metrics).map(([name, metric]) => [
    name,
    {
      sigma: rounded(metric.sigma),
      between: rounded(metric.between),
      tolerance: metric.tolerance,
      pairs: metric.pairs,
      smallest: rounded(metric.smallest),
      mayGate: metric.mayGate,
      bearable: metric.bearable === undefined ? undefined : rounded(metric.bearable),
    },
  ])
  const doses = one.doses.map((dose) => ({
    ...dose,
    read: inKeyOrder(
      Object.fromEntries(Object.entries(dose.read).map(([name, value]) => [name, rounded(value)])),
    ),
  }))
  return {
    scenario: one.scenario,
    profile: one.profile,
    recordedAt: one.recordedAt,
    must: inKeyOrder(one.must),
    load: one.load,
    starts: one.starts,
    units: one.units,
    cap: one.cap,
    metrics: inKeyOrder(Object.fromEntries(metrics)),
    doses,
  }
}

const rounded = (value: number): number => Number(value.toFixed(4))
