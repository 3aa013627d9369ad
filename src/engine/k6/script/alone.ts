import { SharedArray } from 'k6/data'
import type { Plan } from '../../../model/plan.js'
import { monotonic } from '../../journey/clock.js'
import { datasetOf, secretsOf, tableOf } from '../../journey/inputs.js'
import type { Performer } from '../../journey/performer.js'
import { variables, type Contents, type PrepareVu } from '../orders.js'

// From the loading of the script until the first phase, so that all VUs are there.
const lead = 2_000_000
// Beyond the time-out, until the next phase.
const grace = 500_000

const parse = (path: string): unknown => JSON.parse(open(path))

/** A plan that lies in a folder: `plan.json`, and beside it `arrivals.json`, `secrets.json` and the rows of each arm, `rows-control.json`. */
export interface LaidPlan {
  readonly plan: Plan
  readonly contents: Contents
  /** When its first phase begins, microseconds since 1970: the same for all VUs of this process. */
  readonly startAt: number
}

/** Reads the plan. Only while the script loads. Throws `UserError` for a file that is none of a plan. */
export function readLaidPlan(folder: string): LaidPlan {
  const plan = parse(`${folder}/plan.json`) as Plan
  const [start] = new SharedArray('start', () => [Number(__ENV[variables.start] ?? Date.now() + lead / 1_000)])
  const contents = {
    arrivals: tableOf(parse(`${folder}/arrivals.json`), 'arrivals.json'),
    rows: plan.arms.map(({ arm }) => datasetOf(parse(`${folder}/rows-${arm}.json`), `rows-${arm}.json`)),
    secrets: secretsOf(parse(`${folder}/secrets.json`), 'secrets.json'),
  }
  return { plan, contents, startAt: (start ?? 0) * 1_000 }
}

/** Carries out a laid plan without a parent: each phase at its set instant, when the one before it is over at the latest. */
export async function performAlone(
  performer: Performer<PrepareVu>,
  { plan, contents, startAt }: LaidPlan,
  worker: number,
  workers: number,
): Promise<void> {
  await performer.obey({ type: 'prepare', plan, worker, workers, contents, run: 0 })
  let at = Math.max(startAt, monotonic())
  for (const [phase, { duration }] of plan.phases.entries()) {
    await performer.obey({ type: 'phase', phase, startAt: at, unitStart: startAt })
    at += duration + plan.timeout + grace
  }
  await performer.obey({ type: 'finish', patience: 2 * plan.timeout })
}
