import type { Arm } from '../model/plan.js'
import { isWhole, phaseOf } from './metric-name.js'
import type { Counter, Run } from '../model/artefact.js'
import { parts, type Part } from '../model/engine.js'
import type { StepTime } from '../model/verdict.js'
import { measured } from './units.js'

/** Exact time and number of samples by metric, outcome and part. */
function sums(run: Run): ReadonlyMap<string, Pick<Counter, 'sum' | 'count'>> {
  const units = new Set(measured(run).map(({ index }) => index))
  const found = new Map<string, Pick<Counter, 'sum' | 'count'>>()
  for (const { unit, metric, part, outcome, sum, count } of run.counters) {
    if (!units.has(unit)) continue
    const key = keyOf(metric, outcome, part)
    const known = found.get(key)
    found.set(key, { sum: sum + (known?.sum ?? 0), count: count + (known?.count ?? 0) })
  }
  return found
}

const keyOf = (metric: string, outcome: string, part: Part): string => JSON.stringify([metric, outcome, part])

/**
 * Where the time of a run went: exact means and shares from the counters, quantiles from the interval log. A step's share is of all
 * time that the journeys of its phase took. Steps of one journey that run at once add up to more than all; what has no part
 * (a frame that was heard) was not done by a journey and has no share.
 */
export function timesOf(run: Run, arm: Arm): readonly StepTime[] {
  const found = sums(run)
  const journeys = (phase: string | undefined): number =>
    run
      .metrics()
      .filter((metric) => isWhole(metric) && phaseOf(metric) === phase)
      .flatMap((metric) =>
        run.outcomes(metric).map((outcome) => found.get(keyOf(metric, outcome, 'total'))?.sum ?? 0),
      )
      .reduce((all, sum) => all + sum, 0)
  return run
    .metrics()
    .flatMap((metric) => run.outcomes(metric).map((outcome) => ({ metric, outcome })))
    .flatMap(({ metric, outcome }): readonly StepTime[] => {
      const total = found.get(keyOf(metric, outcome, 'total'))
      const latency = run.latency({ metric, outcome })
      if (total === undefined || latency === undefined) return []
      const means = parts.flatMap((part) => {
        const sum = found.get(keyOf(metric, outcome, part))?.sum ?? 0
        return part === 'total' || part === 'service' || sum === 0 ? [] : [[part, sum / total.count] as const]
      })
      const whole = journeys(phaseOf(metric))
      const within = whole > 0 && (means.length > 0 || isWhole(metric))
      return [
        {
          arm,
          metric,
          outcome,
          count: total.count,
          mean: total.sum / total.count,
          p50: latency.quantile(0.5),
          p95: latency.quantile(0.95),
          p99: latency.quantile(0.99),
          ...(within ? { share: total.sum / whole } : {}),
          parts: Object.fromEntries(means),
        },
      ]
    })
    .toSorted(
      (a, b) =>
        Number(isWhole(b.metric)) - Number(isWhole(a.metric)) ||
        Number(a.share === undefined) - Number(b.share === undefined) ||
        b.mean * b.count - a.mean * a.count,
    )
}
