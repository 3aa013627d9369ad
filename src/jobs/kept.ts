import type { ScenarioRun } from '../measure/scenario-run.js'
import { calibrationIn, saveCalibration } from '../store/index.js'
import { sessionsOf } from './gate-checks.js'
import type { GateOptions } from './gate.js'
import type { JudgeOptions, Judging } from './judge.js'

/** As what a scenario is judged, which is kept beside its runs. */
export const judgingOf = (
  { waive, source, config, baseline, profile }: GateOptions,
  mode: JudgeOptions['mode'],
  scenario: string,
): Judging => ({
  mode,
  waive,
  fresh: source.fresh,
  minutes: config.gate.budget / 60_000_000,
  ...(baseline === undefined
    ? {}
    : {
        baseline: {
          name: baseline.name,
          sessions: sessionsOf(baseline, scenario, profile),
          ...(baseline.pinned === undefined
            ? {}
            : {
                pinned: {
                  release: baseline.pinned.release,
                  sessions: sessionsOf(baseline.pinned, scenario, profile),
                },
              }),
        },
      }),
})

/** Beside the runs, so that nothing but the artefact goes into a verdict, also when it is judged again. */
export const keepCalibration = async (run: ScenarioRun, { calibration }: GateOptions): Promise<void> => {
  if (calibration === undefined) return
  const own = calibration.scenarios.filter(({ scenario }) => scenario === run.name)
  await saveCalibration(calibrationIn(run.folder), own)
}
