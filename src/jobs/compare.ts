import { foldVerdict } from '../compare/fold.js'
import { judgeScenario } from '../compare/scenario.js'
import { judgeHealth } from '../health/judge.js'
import { UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Verdict } from '../model/verdict.js'
import { readRun } from '../store/index.js'

/** Judges two runs on disk, A as the control of B. Throws `UserError` when they are of different scenarios. */
export async function compareRuns(a: string, b: string, waive: readonly string[]): Promise<Verdict> {
  const [control, candidate] = await Promise.all([readRun(a), readRun(b)])
  if (control.file.scenario !== candidate.file.scenario) {
    throw new UserError(
      `${a} is a run of "${control.file.scenario}", ${b} one of "${candidate.file.scenario}".`,
      {
        hint: 'Compare two runs of one scenario.',
        reason: 'other_scenario',
      },
    )
  }
  const health = judgeHealth([...control.file.units, ...candidate.file.units])
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
  return foldVerdict([verdict], {
    tool: `vge-perf ${version()}`,
    mode: 'paired',
    startedAt: candidate.file.startedAt,
    elapsedSeconds: 0,
    seed: candidate.file.seed,
    repeat: `vge-perf compare ${a} ${b}`,
    control: control.file.fingerprint.subject,
    candidate: candidate.file.fingerprint.subject,
  })
}
