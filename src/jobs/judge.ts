import type { PinnedRelease } from '../compare/drift.js'
import { judgeScenario } from '../compare/scenario.js'
import { stepOf } from '../compare/metric-name.js'
import { judgeHealth } from '../health/judge.js'
import type { BaselineSession, JudgingFile, Run } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { calibrationIn, readCalibration, readGroup } from '../store/index.js'
import { assertAlike } from './alike.js'

/** How a scenario is to be judged. */
export interface JudgeOptions {
  readonly mode: JudgingFile['mode']
  readonly waive: readonly string[]
  readonly noRegressionCheck: boolean
  /** Every group of units had processes of its own. */
  readonly fresh: boolean
  readonly baseline?: readonly BaselineSession[]
  readonly pinned?: PinnedRelease
  /** No more units can be had. */
  readonly capReached: boolean
  /** By which the age of a session is told; now when absent. */
  readonly now?: Date
}

/** What is kept of it beside the runs. */
export type Judging = Omit<JudgingFile, 'formatVersion'>

export const asJudged = ({
  mode,
  waive,
  fresh,
  baseline,
}: Judging): Pick<JudgeOptions, 'mode' | 'waive' | 'fresh' | 'baseline' | 'pinned'> => ({
  mode,
  waive,
  fresh,
  ...(baseline === undefined ? {} : { baseline: baseline.sessions }),
  ...(baseline?.pinned === undefined ? {} : { pinned: baseline.pinned }),
})

export type Judged = ReturnType<typeof judgeScenario> & { readonly candidate: Run; readonly control?: Run }

/** The shortest median latency that gates, microseconds: what the generator's lag must be small beside. */
export function shortestMedian(run: Run): number | undefined {
  const gating = run.metrics().filter((metric) => stepOf(metric) in run.file.promises.tolerances)
  const medians = gating.flatMap((metric) => run.latency({ metric })?.quantile(0.5) ?? [])
  return medians.length === 0 ? undefined : Math.min(...medians)
}

/** Reads what a scenario left on disk and judges it: nothing but the artefact goes into a verdict. */
export async function judgeFolder(folder: string, options: JudgeOptions): Promise<Judged> {
  const { group, control, candidate } = await readGroup(folder)
  if (candidate === undefined)
    throw new UserError(`${folder} holds no run of a candidate.`, { reason: 'no_candidate' })
  if (group.scenario !== candidate.file.scenario || group.profile !== candidate.file.profile) {
    throw new UserError(
      `${folder}: group.json says scenario "${group.scenario}", profile "${group.profile}", but the run in it is of "${candidate.file.scenario}", "${candidate.file.profile}".`,
      {
        hint: 'The folder was put together from two runs: restore it, or record anew.',
        reason: 'other_scenario',
      },
    )
  }
  if (control !== undefined) assertAlike(control.folder, control, candidate.folder, candidate)
  const calibration = await readCalibration(calibrationIn(folder))
  const health = judgeHealth(
    [...candidate.file.units, ...(control?.file.units ?? [])],
    shortestMedian(candidate),
  )
  const judged = judgeScenario({
    ...options,
    candidate,
    ...(control === undefined ? {} : { control }),
    calibration,
    health,
    now: options.now ?? new Date(),
  })
  return { ...judged, candidate, ...(control === undefined ? {} : { control }) }
}
