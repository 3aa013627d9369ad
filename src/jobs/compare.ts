import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { foldVerdict } from '../compare/fold.js'
import { judgeScenario } from '../compare/scenario.js'
import { judgeHealth } from '../health/judge.js'
import { UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Verdict } from '../model/verdict.js'
import { isGroup, readRun } from '../store/index.js'
import { assertAlike } from './alike.js'
import { shortestMedian } from './judge.js'

/**
 * Judges two runs on disk, A as the control of B; a folder that holds one scenario stands for its candidate. Throws `UserError` when
 * they are of different scenarios, profiles or plans, or when there is no run.
 */
export async function compareRuns(
  a: string,
  b: string,
  { waive, repeat }: Pick<Verdict, 'repeat'> & { readonly waive: readonly string[] },
): Promise<Verdict> {
  const begun = Date.now()
  const folders = [runFolder(a), runFolder(b)] as const
  const [control, candidate] = await Promise.all([readRun(folders[0]), readRun(folders[1])])
  assertAlike(a, control, b, candidate)
  const health = judgeHealth([...control.file.units, ...candidate.file.units], shortestMedian(candidate))
  const { verdict } = judgeScenario({
    mode: 'paired',
    control,
    candidate,
    waive,
    noRegressionCheck: false,
    fresh: true,
    capReached: true,
    now: new Date(),
    health,
  })
  const head = {
    tool: `vge-perf ${version()}`,
    mode: 'stored' as const,
    startedAt: new Date(begun).toISOString(),
    elapsedSeconds: (Date.now() - begun) / 1_000,
    seed: candidate.file.seed,
    repeat,
    control: control.file.fingerprint.subject,
    candidate: candidate.file.fingerprint.subject,
  }
  return foldVerdict([verdict], head, { measuredBy: candidate.file.repeat })
}

/** Where the run of a candidate lies: here, in the folder of its scenario, or in that of a report with one scenario. */
function runFolder(folder: string): string {
  if (isGroup(folder)) return join(folder, 'candidate')
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return folder
  const groups = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isGroup)
  const [only, ...others] = groups
  if (only === undefined) return folder
  if (others.length === 0) return join(only, 'candidate')
  throw new UserError(`${folder} holds ${groups.length} scenarios: name one of them.`, {
    hint: `It holds ${groups.join(', ')}.`,
    reason: 'many_runs',
  })
}
