import type { BaselineSession, JudgingFile, Run } from '../model/artefact.js'
import type { Calibration } from '../model/calibration.js'
import type { HealthVerdict } from '../model/verdict.js'
import type { PinnedRelease } from './drift.js'

/** What a scenario is judged from. */
export interface ScenarioInput {
  /** `paired`: with `control`. `baseline`: with `baseline`. `none`: budgets, mix and invariants alone. */
  readonly mode: JudgingFile['mode']
  readonly candidate: Run
  readonly control?: Run
  readonly baseline?: readonly BaselineSession[]
  /** Which latencies are too noisy to gate on this machine, where that was found out; counts in paired mode. */
  readonly calibration?: Calibration | undefined
  /** The release beside a rolling baseline, so that slow drift shows. */
  readonly pinned?: PinnedRelease
  /** Invariants that may go unchecked. */
  readonly waive: readonly string[]
  /** Said aloud: no comparison is wanted. */
  readonly noRegressionCheck: boolean
  /** Every group of units had processes of its own. */
  readonly fresh: boolean
  /** No more units will come. */
  readonly capReached: boolean
  readonly health: HealthVerdict
  readonly now: Date
}

/** What the judge would like to see next. */
export type Wants = 'nothing' | 'more_units' | 'confirmation'
