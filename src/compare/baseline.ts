import type { BaselineSession, Run } from '../model/artefact.js'
import type { MetricVerdict } from '../model/verdict.js'
import { decideSession, fewestSessions, surelyMoreThanEarlier } from '../stats/prediction.js'
import { inWords } from './decide.js'
import { errorMargin } from './errors.js'
import { figures, valuesOf } from './session-figures.js'

/** Each gating figure of a run against those of the sessions, by an interval of prediction. */
export function againstBaseline(run: Run, sessions: readonly BaselineSession[]): readonly MetricVerdict[] {
  return [...figures(run, sessions)].map(([name, figure]) => {
    const earlier = valuesOf(name, sessions, figure.outcome)
    const { step, statistic, unit, better, tolerance, value } = figure
    const control = earlier.reduce((sum, one) => sum + one, 0) / earlier.length
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
  return surelyMoreThanEarlier(value, earlier, errorMargin)
    ? { decision: 'regression', reason: 'more_errors' }
    : { decision: 'pass', reason: 'within_tolerance' }
}
