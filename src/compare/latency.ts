import { phaseOf } from './metric-name.js'
import type { Distribution } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict } from '../model/verdict.js'
import type { PairedUnit } from '../stats/paired.js'
import type { Fresh } from './decide.js'
import { judgedOutcome, onlyErrors, outcomesOf } from './outcome.js'
import { judgeRatios } from './ratios.js'
import { judgingPairs, namesOf, type Compared } from './units.js'

export interface Statistic {
  readonly name: string
  readonly gates: boolean
  /** Fewer samples in a unit of an arm do not show it. */
  readonly least: number
  readonly of: (latency: Distribution) => number
  /** How many times the step's margins it gets: the tail is that much noisier. Spreads: `bench/verdict/spreads.ts`. */
  readonly wider?: number
}

/** What is looked at of a distribution; `p75–p95` is the mean between these two. p99 is too noisy to gate: it keeps its budget and is shown. */
export const statistics: readonly Statistic[] = [
  { name: 'p50', gates: true, least: 20, of: (latency) => latency.quantile(0.5) },
  { name: 'p75–p95', gates: true, least: 50, of: (latency) => latency.meanBetween(0.75, 0.95), wider: 4 },
  { name: 'p90', gates: false, least: 50, of: (latency) => latency.quantile(0.9) },
  { name: 'p99', gates: false, least: 50, of: (latency) => latency.quantile(0.99) },
]

/** Latencies of each step that the scenario tolerates changes of, and of its outcomes. */
export function latencyMetrics(compared: Compared): readonly MetricVerdict[] {
  const { candidate, control } = compared
  const runs = control === undefined ? [candidate] : [control, candidate]
  return Object.entries(candidate.file.promises.tolerances).flatMap(([step, tolerance]) => {
    const names = namesOf(step, [...new Set(runs.flatMap((run) => run.metrics()))])
    const seen = names.filter((name) => runs.some((run) => run.latency({ metric: name }) !== undefined))
    const { steady } = candidate.file.promises
    // A burst that was answered says nothing of a stream that was not.
    const gone =
      steady.length > 0 &&
      !seen.some((name) => phaseOf(name) === undefined || steady.includes(phaseOf(name) ?? ''))
    if (seen.length === 0 || gone)
      return [
        missing(
          step,
          step,
          tolerance,
          runs.some((run) => names.some((name) => onlyErrors(run, name))),
        ),
      ]
    return seen.flatMap((metric) => ofMetric(compared, metric, step, tolerance))
  })
}

function missing(metric: string, step: string, tolerance: Tolerance, errors: boolean): MetricVerdict {
  const reason = errors ? 'only_errors' : 'no_samples'
  return { ...row(metric, 'p50', step), role: 'gate', tolerance, units: 0, decision: 'no_data', reason }
}

const row = (
  metric: string,
  statistic: string,
  step: string,
): Pick<MetricVerdict, 'name' | 'step' | 'statistic' | 'unit' | 'better'> => ({
  name: `${metric} ${statistic}`,
  step,
  statistic,
  unit: 'us',
  better: 'lower',
})

function ofMetric(
  compared: Compared,
  metric: string,
  step: string,
  tolerance: Tolerance,
): readonly MetricVerdict[] {
  const { candidate, control } = compared
  const runs = control === undefined ? [candidate] : [control, candidate]
  const lost = runs.find((run) => run.latency({ metric }) === undefined)
  if (lost !== undefined) {
    const gone = missing(metric, step, tolerance, onlyErrors(lost, metric))
    // With the other arm's samples it is no failure to measure: there is nothing to compare them with.
    const alone = gone.reason === 'no_samples' && control !== undefined
    return [alone ? { ...gone, decision: 'inconclusive', reason: 'one_sided' } : gone]
  }
  const pairs = judgingPairs(compared, metric)
  const isSliced = pairs.some(({ kind }) => kind === 'slices')
  const units = pairs.map((pair) => pair.index)
  const judged = judgedOutcome(runs, metric, units)
  return outcomesOf(runs, metric, units).flatMap((outcome) =>
    statistics
      .filter((statistic) => outcome === judged || statistic.gates)
      .map((statistic) => {
        const gates = statistic.gates && outcome === judged && isSliced && control !== undefined
        const name = outcome === judged ? metric : `${metric} ${outcome}`
        return ofStatistic(
          { ...compared, pairs },
          { metric, outcome, step, name, gates, tolerance: widened(tolerance, statistic), statistic },
        )
      }),
  )
}

/** The tolerance of a statistic, given that of its step. */
export const widened = ({ ignore, reject }: Tolerance, { wider = 1 }: Statistic): Tolerance => ({
  ignore: ignore * wider,
  reject: reject * wider,
})

/** ln(candidate / control) of a statistic in each unit that has enough samples of an outcome on both arms. */
export function unitRatios(
  { candidate, control, pairs }: Pick<Compared, 'candidate' | 'control' | 'pairs'>,
  metric: string,
  outcome: string,
  statistic: Statistic,
): readonly Fresh<PairedUnit>[] {
  return pairs.flatMap(({ index, group, confirmation }) => {
    const [before, after] = [control, candidate].map((run) =>
      run?.latency({ metric, outcome, units: [index] }),
    )
    if (before === undefined || after === undefined || Math.min(before.count, after.count) < statistic.least)
      return []
    return [{ group, confirmation, logRatio: Math.log(statistic.of(after) / statistic.of(before)) }]
  })
}

interface Asked {
  readonly metric: string
  readonly outcome: string
  readonly step: string
  readonly name: string
  readonly gates: boolean
  readonly tolerance: Tolerance
  readonly statistic: Statistic
}

function ofStatistic({ candidate, control, pairs, final }: Compared, asked: Asked): MetricVerdict {
  const { metric, outcome, tolerance, statistic } = asked
  const units = pairs.map((pair) => pair.index)
  const [was, is] = [control, candidate].map((run) => run?.latency({ metric, outcome, units }))
  const head = {
    ...row(asked.name, statistic.name, asked.step),
    ...(was === undefined ? {} : { control: statistic.of(was) }),
    ...(is === undefined ? {} : { candidate: statistic.of(is) }),
  }
  if (control === undefined)
    return {
      ...head,
      role: 'diagnostic',
      units: pairs.length,
      decision: 'inconclusive',
      reason: 'no_control',
    }
  const full = unitRatios({ candidate, control, pairs }, metric, outcome, statistic)
  const words = judgeRatios(full, { pairs, final }, tolerance, 'lower')
  if (!asked.gates)
    return { ...head, ...words, role: 'diagnostic', decision: 'inconclusive', reason: 'diagnostic' }
  const short =
    full.length < pairs.length / 2 || (full.length < pairs.length && words.reason === 'too_few_units')
  if (short)
    return { ...head, ...words, role: 'gate', tolerance, decision: 'inconclusive', reason: 'too_few_samples' }
  return { ...head, ...words, role: 'gate', tolerance }
}
