import { isWhole, phaseOf } from './metric-name.js'
import type { Blame, LatencyBlame } from '../model/blame.js'
import type { BudgetVerdict, MetricVerdict } from '../model/verdict.js'
import { latencyBlame } from './blame-latency.js'
import { movedProbes } from './blame-probes.js'
import { movedShares } from './blame-shares.js'
import { stepsBlame } from './blame-steps.js'
import { blameSentences } from './blame-words.js'
import { judgedOutcome } from './outcome.js'
import { gatingPairs, judgingPairs, type Compared } from './units.js'

/** A time that is to be explained. */
interface Slow {
  readonly metric: string
  readonly outcome: string | undefined
  /** How bad it is, to tell the worst first. */
  readonly size: number
}

/** A session of a baseline has figures, and nothing that explains them. */
const untold: Blame = {
  latencies: [],
  steps: [],
  outcomes: [],
  probes: { told: 'no_probes', asked: 0, moved: [] },
  sentences: ['not told: a baseline keeps figures, and not where their time went'],
}

/**
 * Why the candidate is slower than the control, where a metric regressed, a budget of time is broken or the mix shifted; undefined where
 * nothing is to be explained. Against a baseline it cannot be told.
 */
export function blameOf(
  compared: Compared,
  metrics: readonly MetricVerdict[],
  budgets: readonly BudgetVerdict[],
  shifted: boolean,
): Blame | undefined {
  const { candidate, control } = compared
  const regressed = metrics.filter(({ role, decision }) => role === 'gate' && decision === 'regression')
  const broken = budgets.filter(({ decision, unit }) => decision === 'broken' && unit === 'us')
  if (control === undefined) return regressed.length === 0 ? undefined : untold
  if (regressed.length === 0 && broken.length === 0 && !shifted) return undefined
  const runs = { control, candidate }
  const slow = slowOnes(compared, regressed, broken)
  const latencies = slow.map(({ metric, outcome }): LatencyBlame =>
    latencyBlame(runs, judgingPairs(compared, metric), metric, outcome),
  )
  const [worst] = latencies.filter(({ told }) => told === 'told')
  const phase = phaseOf(worst?.metric ?? '')
  const here = latencies.filter(({ metric, told }) => told === 'told' && phaseOf(metric) === phase)
  const several = here.some(({ metric }) => isWhole(metric)) || here.length > 1
  const sliced = gatingPairs(compared.pairs)
  const steps = several ? stepsBlame(runs, sliced.length > 0 ? sliced : compared.pairs, phase) : []
  const found = { latencies, steps, outcomes: movedShares(compared), probes: movedProbes(compared) }
  return { ...found, sentences: blameSentences(found) }
}

/** Each metric and outcome once, the worst first: what regressed before what only broke its budget. */
function slowOnes(
  compared: Compared,
  regressed: readonly MetricVerdict[],
  broken: readonly BudgetVerdict[],
): readonly Slow[] {
  const { candidate, control } = compared
  const names = new Set([candidate, control].flatMap((run) => run?.metrics() ?? []))
  const judged = (metric: string): string | undefined =>
    judgedOutcome(
      control === undefined ? [candidate] : [control, candidate],
      metric,
      judgingPairs(compared, metric).map(({ index }) => index),
    )
  const all = [
    ...regressed.flatMap(({ name, change }): Slow[] => {
      const metric = name.split(' ')[0] ?? ''
      return names.has(metric) ? [{ metric, outcome: judged(metric), size: 1_000 + (change?.mean ?? 0) }] : []
    }),
    ...broken.flatMap(({ name, outcome, value = 0, limit }): Slow[] => {
      const first = name.split(' ')[0] ?? ''
      // A drain is as long as the journeys of its phase.
      const metric = first.startsWith('drain@') ? first.replace('drain', 'whole') : first
      if (!names.has(metric)) return []
      return [{ metric, outcome: outcome ?? judged(metric), size: limit > 0 ? value / limit : 0 }]
    }),
  ]
  const found = new Map<string, Slow>()
  for (const one of all.toSorted((a, b) => b.size - a.size)) {
    const key = JSON.stringify([one.metric, one.outcome])
    if (!found.has(key)) found.set(key, one)
  }
  return [...found.values()]
}
