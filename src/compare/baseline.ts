import type { BaselineSession, Run } from '../model/artefact.js'
import type { MetricVerdict } from '../model/verdict.js'
import { average } from '../stats/average.js'
import { decideSession, fewestSessions, predictedShare } from '../stats/prediction.js'
import { inWords } from './decide.js'
import { errorMargin } from './errors.js'
import { stepOf } from './metric-name.js'
import { onlyErrors } from './outcome.js'
import { figures, valuesOf, type Figure } from './session-figures.js'

/**
 * Each gating figure of a run against those of the sessions, by an interval of prediction; one that the sessions have and the run lacks is
 * one-sided.
 */
export function againstBaseline(run: Run, sessions: readonly BaselineSession[]): readonly MetricVerdict[] {
  const found = figures(run, sessions)
  return [...judgedFigures(found, sessions), ...lostFigures(run, found, sessions)]
}

/** Latencies that the sessions have and this run, which still promises them, has not at all. */
function lostFigures(
  run: Run,
  found: ReadonlyMap<string, Figure>,
  sessions: readonly BaselineSession[],
): readonly MetricVerdict[] {
  const kept = new Set(sessions.flatMap(({ metrics }) => Object.keys(metrics)))
  return [...kept].toSorted().flatMap((name): readonly MetricVerdict[] => {
    const metric = name.slice(0, Math.max(0, name.lastIndexOf(' ')))
    const earlier = valuesOf(name, sessions)
    const step = stepOf(metric)
    const promised = Object.hasOwn(run.file.promises.tolerances, step)
    if (found.has(name) || !promised || earlier.length < fewestSessions) return []
    return [
      {
        name,
        step,
        statistic: name.slice(metric.length + 1),
        unit: 'us',
        better: 'lower',
        control: average(earlier),
        role: 'gate',
        units: earlier.length,
        ...(onlyErrors(run, metric)
          ? { decision: 'no_data', reason: 'only_errors' }
          : { decision: 'inconclusive', reason: 'one_sided' }),
      },
    ]
  })
}

function judgedFigures(
  found: ReadonlyMap<string, Figure>,
  sessions: readonly BaselineSession[],
): readonly MetricVerdict[] {
  return [...found].map(([name, figure]) => {
    const earlier = valuesOf(name, sessions, figure.outcome)
    const { step, statistic, unit, better, tolerance, value } = figure
    const control = average(earlier)
    const head = {
      name,
      step,
      statistic,
      unit,
      better,
      ...(figure.count === 0 ? {} : { candidate: value }),
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

function moreErrors(value: number, earlier: readonly number[]): Pick<MetricVerdict, 'decision' | 'reason'> {
  const { centre, half } = predictedShare(earlier)
  return value - centre - half > errorMargin
    ? { decision: 'regression', reason: 'more_errors' }
    : { decision: 'pass', reason: 'within_tolerance' }
}
