import type { Run } from '../model/artefact.js'
import type { Verdict } from '../model/verdict.js'

/** The runs behind one scenario of a verdict. */
export interface ScenarioRuns {
  readonly scenario: string
  readonly control?: Run
  readonly candidate?: Run
}

/** Writes one file of a report folder. */
export interface Reporter {
  /** Name of the file in the report's folder. */
  readonly file: string
  readonly render: (verdict: Verdict, runs: readonly ScenarioRuns[]) => string
}

/** Where a person opens a report. */
export const pageFile = 'index.html'
