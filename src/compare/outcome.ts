import type { Run } from '../model/artefact.js'

/** Samples of an outcome in a unit from which a p90 can be told. */
const enough = 50

const countOf = (runs: readonly Run[], metric: string, outcome: string, units: readonly number[]): number =>
  runs.reduce((sum, run) => sum + (run.latency({ metric, outcome, units })?.count ?? 0), 0)

/** Outcomes of a metric that were recorded in these units, the most frequent first; errors are no outcome. */
export function outcomesOf(
  runs: readonly Run[],
  metric: string,
  units: readonly number[],
): readonly string[] {
  const names = new Set(runs.flatMap((run) => run.outcomes(metric)))
  names.delete('error')
  return [...names]
    .map((name) => ({ name, count: countOf(runs, metric, name, units) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
}

/**
 * The outcome whose latency is judged, so that a fast refusal cannot flatter a slow win: the win that a receipt is promised for,
 * where each of `parts`, each unit when absent, of each run has enough of them, else the most frequent outcome.
 */
export function judgedOutcome(
  runs: readonly Run[],
  metric: string,
  units: readonly number[],
  parts: readonly (readonly number[])[] = units.map((unit) => [unit]),
): string | undefined {
  const found = outcomesOf(runs, metric, units)
  const step = metric.split('@')[0] ?? metric
  const wins = Object.keys(runs[0]?.file.promises.wins[step] ?? {})
  const full = (outcome: string): boolean =>
    runs.every((run) =>
      parts.every((part) => (run.latency({ metric, outcome, units: part })?.count ?? 0) >= enough),
    )
  return found.find((outcome) => wins.includes(outcome) && full(outcome)) ?? found[0]
}

/** Whether a metric's answers, in the measured units, were errors and nothing else. */
export function onlyErrors(run: Run, metric: string): boolean {
  return run.latency({ metric }) === undefined && run.latency({ metric, outcome: 'error' }) !== undefined
}
