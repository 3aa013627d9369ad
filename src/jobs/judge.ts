import { judgeScenario } from '../compare/scenario.js'
import { judgeHealth } from '../health/rules.js'
import type { BaselineSession, Run } from '../model/artefact.js'
import { UserError } from '../model/errors.js'
import { readGroup } from '../store/index.js'

/** How a scenario is to be judged. */
export interface JudgeOptions {
  readonly mode: 'paired' | 'baseline' | 'none'
  readonly waive: readonly string[]
  readonly noRegressionCheck: boolean
  readonly baseline?: readonly BaselineSession[]
  /** No more units can be had. */
  readonly capReached: boolean
}

export type Judged = ReturnType<typeof judgeScenario> & { readonly candidate: Run; readonly control?: Run }

/** Reads what a scenario left on disk and judges it: nothing but the artefact goes into a verdict. */
export async function judgeFolder(folder: string, options: JudgeOptions): Promise<Judged> {
  const { control, candidate } = await readGroup(folder)
  if (candidate === undefined)
    throw new UserError(`${folder} holds no run of a candidate.`, { reason: 'no_candidate' })
  const health = judgeHealth([...candidate.file.units].filter(({ phase }) => phase === 'measure'))
  const judged = judgeScenario({
    ...options,
    candidate,
    ...(control === undefined ? {} : { control }),
    health,
    now: new Date(),
  })
  return { ...judged, candidate, ...(control === undefined ? {} : { control }) }
}
