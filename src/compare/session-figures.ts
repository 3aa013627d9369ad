import type { BaselineSession, Run } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricUnit, MetricVerdict } from '../model/verdict.js'
import { pooled, shareOf } from '../stats/shares.js'
import { errorsOf } from './errors.js'
import { statistics } from './latency.js'
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
  readonly value: number
  readonly count: number
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

/** What gates, by name, over a whole session. Slices alone where there are any; else all that was measured. */
export function figures(run: Run): ReadonlyMap<string, Figure> {
  const all = measured(run)
  const sliced = all.filter((unit) => unit.kind === 'slices')
  const units = sliced.length > 0 ? sliced : all
  const within = units.map((unit) => unit.index)
  const found = new Map<string, Figure>()
  const add = (name: string, figure: Omit<Figure, keyof FigureKind>): void =>
    void found.set(name, { ...figureKind(name), ...figure })
  for (const [step, tolerance] of Object.entries(run.file.promises.tolerances))
    for (const metric of namesOf(step, run.metrics())) {
      const outcome = judgedOutcome([run], metric, within)
      const latency = outcome === undefined ? undefined : run.latency({ metric, outcome, units: within })
      if (latency === undefined) continue
      for (const { name, of } of statistics.filter((one) => one.gates))
        add(`${metric} ${name}`, {
          step,
          tolerance,
          count: latency.count,
          statistic: name,
          value: of(latency),
        })
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

/** What a session leaves behind in a baseline: each gating figure by name, with its number of samples. */
export function sessionMetrics(run: Run): BaselineSession['metrics'] {
  return Object.fromEntries(
    [...figures(run)].map(([name, { value, count }]) => [
      name,
      { value: Number(value.toPrecision(digits)), count },
    ]),
  )
}

/** Values of a figure in those sessions that had samples enough for it. */
export function valuesOf(name: string, sessions: readonly BaselineSession[]): readonly number[] {
  const { least } = figureKind(name)
  return sessions.flatMap(({ metrics }) => {
    const found = metrics[name]
    return found !== undefined && found.count >= least ? [found.value] : []
  })
}
