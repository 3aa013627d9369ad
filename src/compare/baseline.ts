import type { BaselineSession, Run } from '../model/artefact.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricUnit, MetricVerdict } from '../model/verdict.js'
import { decideSession, fewestSessions } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { studentUpper } from '../stats/student.js'
import { pooled, shareOf } from '../stats/shares.js'
import { errorMargin, errorsOf } from './errors.js'
import { inWords } from './decide.js'
import { statistics } from './latency.js'
import { judgedOutcome } from './outcome.js'
import { answered, blockTolerance, rateOf, rateTolerance } from './rate.js'
import { measured, namesOf } from './units.js'
import { plural } from './words.js'

const daysValid = 30
/** Milliseconds. */
const day = 86_400_000

interface Figure {
  readonly step: string
  readonly statistic: string
  readonly unit: MetricUnit
  readonly better: MetricVerdict['better']
  readonly tolerance: Tolerance
  readonly value: number
  readonly count: number
  /** Fewer samples do not show it. */
  readonly least: number
}

/** What gates, by name, over a whole session. Slices alone where there are any; else all that was measured. */
function figures(run: Run): ReadonlyMap<string, Figure> {
  const all = measured(run)
  const sliced = all.filter((unit) => unit.kind === 'slices')
  const units = sliced.length > 0 ? sliced : all
  const within = units.map((unit) => unit.index)
  const found = new Map<string, Figure>()
  for (const [step, tolerance] of Object.entries(run.file.promises.tolerances))
    for (const metric of namesOf(step, run.metrics())) {
      const outcome = judgedOutcome([run], metric, within)
      const latency = outcome === undefined ? undefined : run.latency({ metric, outcome, units: within })
      if (latency === undefined) continue
      const common = { step, tolerance, unit: 'us', better: 'lower', count: latency.count } as const
      for (const { name, of, least } of statistics.filter((one) => one.gates))
        found.set(`${metric} ${name}`, { ...common, statistic: name, value: of(latency), least })
    }
  const done = units.reduce((sum, unit) => sum + answered(run, unit), 0)
  const wanted = units.reduce((sum, unit) => sum + unit.accounting.intended, 0)
  const whole = { step: 'whole', better: 'higher', count: done, least: 1 } as const
  if (sliced.length > 0)
    found.set('achieved share', {
      ...whole,
      statistic: 'achieved share',
      unit: 'share',
      tolerance: rateTolerance,
      value: done / wanted,
    })
  else if (units.some((unit) => unit.loaded > 0))
    found.set('achieved rate', {
      ...whole,
      statistic: 'achieved rate',
      unit: 'per_second',
      tolerance: blockTolerance,
      value: rateOf(run, units),
    })
  const errors = pooled(all.map((unit) => errorsOf(unit)))
  if (errors.of > 0)
    found.set('error share', {
      ...whole,
      statistic: 'error share',
      unit: 'share',
      better: 'lower',
      tolerance: rateTolerance,
      value: shareOf(errors),
      count: errors.of,
    })
  return found
}

/** What a session leaves behind in a baseline: each gating figure by name, with its number of samples. */
export function sessionMetrics(run: Run): BaselineSession['metrics'] {
  return Object.fromEntries([...figures(run)].map(([name, { value, count }]) => [name, { value, count }]))
}

/** Sessions young enough to judge, or why there is no judging with them. */
export function usableSessions(
  sessions: readonly BaselineSession[],
  now: Date,
  name?: string,
): {
  readonly usable: readonly BaselineSession[]
  readonly problem?: { readonly reason: string; readonly sentence: string }
} {
  const called = name === undefined ? '' : ` "${name}"`
  const oldest = now.getTime() - daysValid * day
  // Two machines may differ by minutes, not by a day.
  const ahead = sessions.filter((session) => Date.parse(session.recordedAt) > now.getTime() + day)
  if (ahead.length > 0) {
    const sentence = `${plural(ahead.length, 'session')} of the baseline${called} ${ahead.length === 1 ? 'bears' : 'bear'} a time to come: the clock is wrong here, or was where they were recorded`
    return { usable: [], problem: { reason: 'recorded_in_future', sentence } }
  }
  const usable = sessions.filter((session) => Date.parse(session.recordedAt) >= oldest)
  if (usable.length >= fewestSessions) return { usable }
  if (sessions.length < fewestSessions)
    return {
      usable,
      problem: {
        reason: 'too_few_sessions',
        sentence: `the baseline${called} has ${plural(sessions.length, 'promoted session')}, and ${fewestSessions} are needed`,
      },
    }
  const sentence = `only ${usable.length} of ${sessions.length} sessions${called === '' ? '' : ` of the baseline${called}`} are younger than ${daysValid} days, and ${fewestSessions} are needed`
  return { usable, problem: { reason: 'baseline_expired', sentence } }
}

/** Each gating figure of a run against those of the sessions, by an interval of prediction. */
export function againstBaseline(run: Run, sessions: readonly BaselineSession[]): readonly MetricVerdict[] {
  return [...figures(run)].map(([name, figure]) => {
    const earlier = sessions.flatMap(({ metrics }) => {
      const found = metrics[name]
      return found !== undefined && found.count >= figure.least ? [found.value] : []
    })
    const { step, statistic, unit, better, tolerance, value } = figure
    const control = earlier.reduce((sum, one) => sum + one, 0) / earlier.length
    const head = {
      name,
      step,
      statistic,
      unit,
      better,
      candidate: value,
      ...(earlier.length === 0 ? {} : { control }),
      role: 'gate',
    } as const
    if (figure.count < figure.least)
      return {
        ...head,
        tolerance,
        units: earlier.length,
        decision: 'inconclusive',
        reason: 'too_few_samples',
      }
    if (earlier.length < fewestSessions)
      return {
        ...head,
        tolerance,
        units: earlier.length,
        decision: 'inconclusive',
        reason: 'too_few_sessions',
      }
    if (name === 'error share') return { ...head, units: earlier.length, ...moreErrors(value, earlier) }
    const log = (one: number): number => (better === 'lower' ? 1 : -1) * Math.log(Math.max(one, 1e-9))
    return {
      ...head,
      tolerance,
      ...inWords(decideSession(log(value), earlier.map(log), tolerance), tolerance, better, true),
    }
  })
}

/** Shares of errors are often 0 and have no logarithm: the interval of prediction of the shares themselves. */
function moreErrors(value: number, earlier: readonly number[]): Pick<MetricVerdict, 'decision' | 'reason'> {
  const k = earlier.length
  const mean = earlier.reduce((sum, one) => sum + one, 0) / k
  const sigma = Math.sqrt(earlier.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (k - 1))
  const sure =
    value - mean - studentUpper(totalLevels.regression, k - 1) * sigma * Math.sqrt(1 + 1 / k) > errorMargin
  return sure
    ? { decision: 'regression', reason: 'more_errors' }
    : { decision: 'pass', reason: 'within_tolerance' }
}
