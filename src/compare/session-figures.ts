import type { BaselineSession, Run } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricUnit, MetricVerdict } from '../model/verdict.js'
import { pooled, shareOf } from '../stats/shares.js'
import { errorsOf } from './errors.js'
import { answersOf, outcomesSeen } from './answers.js'
import { statistics, widened } from './latency.js'
import { judgedOutcome } from './outcome.js'
import { answered, blockTolerance, rateOf, rateTolerance } from './rate.js'
import { measured, namesOf } from './units.js'

/** What a figure of a session is, by its name alone: all that a file of a baseline says of it. */
export interface FigureKind {
  readonly unit: MetricUnit
  readonly better: MetricVerdict['better']
  /** Fewer samples do not show it. */
  readonly least: number
}

export interface Figure extends FigureKind {
  readonly step: string
  readonly statistic: string
  readonly tolerance: Tolerance
  /** Not a number where there was no sample. */
  readonly value: number
  readonly count: number
  /** Whose latency it is. */
  readonly outcome?: string
}

const wholes: Readonly<Record<string, FigureKind>> = {
  'achieved share': { unit: 'share', better: 'higher', least: 1 },
  'achieved rate': { unit: 'per_second', better: 'higher', least: 1 },
  'error share': { unit: 'share', better: 'lower', least: 1 },
}

/** Anything else is a latency; `reserve p50` ends with its statistic. */
export function figureKind(name: string): FigureKind {
  const latency = statistics.find((one) => name.endsWith(` ${one.name}`))
  return wholes[name] ?? { unit: 'us', better: 'lower', least: latency?.least ?? 1 }
}

/**
 * What gates, by name, over a whole session. Slices alone where there are any; else all that was measured. A latency is of the outcome that
 * `earlier` sessions judged, so that a fast refusal never stands beside their slow win.
 */
export function figures(run: Run, earlier: readonly BaselineSession[] = []): ReadonlyMap<string, Figure> {
  const all = measured(run)
  const sliced = all.filter((unit) => unit.kind === 'slices')
  const units = sliced.length > 0 ? sliced : all
  const within = units.map((unit) => unit.index)
  const found = new Map<string, Figure>()
  const add = (name: string, figure: Omit<Figure, keyof FigureKind>): void =>
    void found.set(name, { ...figureKind(name), ...figure })
  for (const [step, tolerance] of Object.entries(run.file.promises.tolerances))
    for (const metric of namesOf(step, run.metrics())) {
      // A session is judged as a whole: which outcome it keeps does not hang on its poorest unit.
      const own = judgedOutcome([run], metric, within, [within])
      if (own === undefined) continue
      for (const statistic of statistics.filter((one) => one.gates)) {
        const { name } = statistic
        const outcome = usualOutcome(`${metric} ${name}`, earlier) ?? own
        const latency = run.latency({ metric, outcome, units: within })
        add(`${metric} ${name}`, {
          step,
          tolerance: widened(tolerance, statistic),
          count: latency?.count ?? 0,
          outcome,
          statistic: name,
          value: latency === undefined ? NaN : statistic.of(latency),
        })
      }
    }
  const done = units.reduce((sum, unit) => sum + answered(run, unit), 0)
  const wanted = units.reduce((sum, unit) => sum + unit.accounting.intended, 0)
  const whole = (statistic: string, tolerance: Tolerance, value: number, count: number): void =>
    add(statistic, { step: 'whole', statistic, tolerance, value, count })
  if (sliced.length > 0) whole('achieved share', rateTolerance, done / wanted, done)
  else if (units.some((unit) => unit.loaded > 0))
    whole('achieved rate', blockTolerance, rateOf(run, units), done)
  const errors = pooled(all.map((unit) => errorsOf(unit)))
  if (errors.of > 0) whole('error share', rateTolerance, shareOf(errors), errors.of)
  return found
}

/** More digits would be noise in a pull request: sessions differ in the second one. */
const digits = 5

/** What a session leaves behind in a baseline: each gating figure by name with its number of samples, and how its steps ended. */
export function sessionFigures(run: Run): Required<Pick<BaselineSession, 'metrics' | 'mix'>> {
  const metrics = [...figures(run)].map(([name, { value, count, outcome }]) => [
    name,
    { value: Number(value.toPrecision(digits)), count, ...(outcome === undefined ? {} : { outcome }) },
  ])
  const units = measured(run)
  const mix = run.file.promises.steps.flatMap((step) => {
    const counts = outcomesSeen(units, step).map((outcome) => [
      outcome,
      pooled(units.map((unit) => answersOf(unit, step, outcome))).hits,
    ])
    return counts.length === 0 ? [] : [[step, Object.fromEntries(counts)]]
  })
  return { metrics: Object.fromEntries(metrics), mix: Object.fromEntries(mix) }
}

/** The outcome whose latency most sessions kept under this name; undefined where none says. */
export function usualOutcome(name: string, sessions: readonly BaselineSession[]): string | undefined {
  const counts = new Map<string, number>()
  for (const { metrics } of sessions) {
    const outcome = metrics[name]?.outcome
    if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0]
}

/** Values of a figure in those sessions that had samples enough for it, of one outcome: that of most of them, unless it is named. */
export function valuesOf(
  name: string,
  sessions: readonly BaselineSession[],
  outcome = usualOutcome(name, sessions),
): readonly number[] {
  const { least } = figureKind(name)
  return sessions.flatMap(({ metrics }) => {
    const found = metrics[name]
    if (found === undefined || found.count < least) return []
    return found.outcome === undefined || found.outcome === outcome ? [found.value] : []
  })
}
