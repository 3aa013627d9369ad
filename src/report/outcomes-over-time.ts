import type { StackPlot } from './plot-data.js'
import type { ScenarioRuns } from './input.js'
import { arms, type Timeline } from './timeline.js'

/** Patterns that can be told apart without colour; what is rarer is not drawn on its own. */
const mostOutcomes = 6

export interface StepOutcomes {
  readonly metric: string
  readonly plot: StackPlot
}

/** Outcomes of each step that had several, counted by column. `only` names the steps that had but one: there is nothing to draw. */
export function outcomesOverTime(
  runs: ScenarioRuns,
  line: Timeline,
): { readonly several: readonly StepOutcomes[]; readonly only: readonly string[] } {
  const metrics = [...new Set(arms.flatMap((arm) => runs[arm]?.metrics() ?? []))]
  const all = metrics.map((metric) => ({ metric, outcomes: outcomesOf(runs, metric) }))
  return {
    only: all.filter(({ outcomes }) => outcomes.length === 1).map(({ metric }) => metric),
    several: all
      .filter(({ outcomes }) => outcomes.length > 1)
      .map(({ metric, outcomes }) => ({ metric, plot: stack(runs, metric, outcomes, line) })),
  }
}

/** The most frequent first, errors last; those beyond the sixth are left to the table. */
function outcomesOf(runs: ScenarioRuns, metric: string): readonly string[] {
  const counts = new Map<string, number>()
  for (const arm of arms)
    for (const outcome of runs[arm]?.outcomes(metric) ?? []) {
      const count = runs[arm]?.latency({ metric, outcome })?.count ?? 0
      if (count > 0) counts.set(outcome, count + (counts.get(outcome) ?? 0))
    }
  const errors = counts.delete('error')
  const named = [...counts].toSorted((a, b) => b[1] - a[1]).map(([outcome]) => outcome)
  return [...named.slice(0, mostOutcomes - (errors ? 1 : 0)), ...(errors ? ['error'] : [])]
}

/** A column takes the second in which the most frequent outcome had its lowest share: what went wrong for a second stays to be seen. */
function stack(
  runs: ScenarioRuns,
  metric: string,
  outcomes: readonly string[],
  { columns, place }: Timeline,
): StackPlot {
  return {
    kind: 'stack',
    outcomes,
    arms: arms.flatMap((arm) => {
      const run = runs[arm]
      if (run === undefined) return []
      const seconds = new Map<number, number[]>()
      for (const [at, outcome] of outcomes.entries())
        for (const { second, latency } of run.series({ metric, outcome })) {
          const counts = seconds.get(second) ?? outcomes.map(() => 0)
          counts[at] = latency.count
          seconds.set(second, counts)
        }
      const worst: (readonly number[])[] = columns.map(() => [])
      for (const [second, counts] of seconds) {
        const column = place[arm].get(second)
        if (column === undefined) continue
        const known = worst[column] ?? []
        if (known.length === 0 || firstShare(counts) < firstShare(known)) worst[column] = counts
      }
      return [{ arm, columns: worst }]
    }),
  }
}

const firstShare = (counts: readonly number[]): number =>
  (counts[0] ?? 0) / counts.reduce((sum, count) => sum + count, 0)
