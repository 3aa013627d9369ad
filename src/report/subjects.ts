import type { Distribution, LatencyQuery } from '../model/artefact.js'
import type { ScenarioVerdict } from '../model/verdict.js'
import type { ScenarioRuns } from './input.js'
import { arms, type ByArm } from './timeline.js'

/** Seconds with samples, and what was sampled in each. */
export type Seconds = readonly { readonly second: number; readonly latency: Distribution }[]

/** What a picture is of: one outcome of one metric, since a fast refusal would flatter a slow win. */
export interface Subject {
  readonly metric: string
  readonly outcome: string
  readonly samples: number
  /** Why it comes before the others. */
  readonly fault?: 'regression' | 'over budget'
  readonly whole: ByArm<Distribution>
  readonly seconds: ByArm<Seconds>
}

/** Fewer samples make no picture. */
const enough = 20

/** What there are pictures of, at most `most`: what regressed, then what is over budget, whole journeys, and then the most frequent. */
export function subjects(scenario: ScenarioVerdict, runs: ScenarioRuns, most: number): readonly Subject[] {
  const rankFor = rankOf(scenario)
  return found(runs)
    .filter(({ samples }) => samples >= enough)
    .map((one) => ({ ...one, rank: rankFor(one) }))
    .toSorted((a, b) => a.rank - b.rank || b.samples - a.samples)
    .slice(0, most)
    .map(({ metric, outcome, samples, rank }) => {
      const query: LatencyQuery = { metric, outcome }
      const each = <T>(of: (run: NonNullable<ScenarioRuns['control']>) => T | undefined): ByArm<T> =>
        Object.fromEntries(
          arms.flatMap((arm) => {
            const run = runs[arm]
            const value = run === undefined ? undefined : of(run)
            return value === undefined ? [] : [[arm, value] as const]
          }),
        )
      return {
        metric,
        outcome,
        samples,
        ...(rank > 1 ? {} : { fault: rank === 0 ? ('regression' as const) : ('over budget' as const) }),
        whole: each((run) => run.latency(query)),
        seconds: each((run) => run.series(query)),
      }
    })
}

/** How many there would be pictures of without a limit. */
export const subjectCount = (runs: ScenarioRuns): number =>
  found(runs).filter(({ samples }) => samples >= enough).length

interface Found {
  readonly metric: string
  readonly outcome: string
  readonly samples: number
}

function found(runs: ScenarioRuns): readonly Found[] {
  const all = new Map<string, Found>()
  for (const arm of arms)
    for (const metric of runs[arm]?.metrics() ?? [])
      for (const outcome of runs[arm]?.outcomes(metric) ?? []) {
        if (outcome === 'error') continue
        const key = JSON.stringify([metric, outcome])
        const samples = runs[arm]?.latency({ metric, outcome })?.count ?? 0
        all.set(key, { metric, outcome, samples: samples + (all.get(key)?.samples ?? 0) })
      }
  return [...all.values()]
}

function rankOf({ metrics, budgets }: ScenarioVerdict): (one: Found) => number {
  const regressed = metrics.filter(({ role, decision }) => role === 'gate' && decision === 'regression')
  const over = budgets.filter(({ decision }) => decision === 'broken')
  return ({ metric, outcome }) => {
    // A figure of the outcome that is judged goes by its metric alone.
    const isOf = (name: string, statistic: string): boolean =>
      name === `${metric} ${outcome} ${statistic}` || name === `${metric} ${statistic}`
    if (regressed.some(({ name, statistic }) => isOf(name, statistic))) return 0
    if (over.some((one) => one.name.startsWith(`${metric} `) && (one.outcome ?? outcome) === outcome))
      return 1
    return metric.split('@')[0] === 'whole' ? 2 : 3
  }
}
