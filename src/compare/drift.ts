import type { BaselineSession, Run } from '../model/artefact.js'
import { fewestSessions } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { compareMeans, halfInterval } from '../stats/welch.js'
import { errorMargin } from './errors.js'
import { mustDiffer } from './fingerprint.js'
import { figures, valuesOf, type Figure } from './session-figures.js'
import { change, figure as said, plural } from './words.js'

/** Sessions of a release that was pinned: what the rolling baseline was once. */
export interface PinnedRelease {
  readonly release: string
  readonly sessions: readonly BaselineSession[]
}

/**
 * What has slowly become worse since a release, while each step was within its tolerance: the rolling sessions and this run against the
 * pinned ones, both as samples of sessions. A sentence for each figure that is surely beyond what is ignored, or one that says why
 * nothing can be told. Never a verdict: the baseline was promoted by somebody who may have meant it.
 */
export function driftSince(
  { release, sessions }: PinnedRelease,
  rolling: readonly BaselineSession[],
  run: Run,
): readonly string[] {
  const alike = sessions.filter((one) => mustDiffer([one.fingerprint], run.file.fingerprint).length === 0)
  if (alike.length < fewestSessions) {
    const fields = mustDiffer(
      sessions.map((one) => one.fingerprint),
      run.file.fingerprint,
    )
    return [
      `whether it has drifted since release ${release} cannot be told: the release has ${plural(alike.length, 'session')} measured under the same conditions, and ${fewestSessions} are needed${fields.length === 0 ? '' : ` (${fields.join('; ')})`}`,
    ]
  }
  return [...figures(run, rolling)].flatMap(([name, figure]) => {
    const then = valuesOf(name, alike, figure.outcome)
    const now = [
      ...valuesOf(name, rolling, figure.outcome),
      ...(figure.count >= figure.least ? [figure.value] : []),
    ]
    if (Math.min(then.length, now.length) < fewestSessions) return []
    const sentence = driftOf(figure, then, now)
    return sentence === undefined ? [] : [`since release ${release} ${name} has drifted ${sentence}`]
  })
}

/** Errors have no logarithm where there are none. */
function driftOf(figure: Figure, then: readonly number[], now: readonly number[]): string | undefined {
  const errors = figure.statistic === 'error share'
  const sign = figure.better === 'lower' ? 1 : -1
  const scale = (value: number): number => (errors ? value : Math.log(Math.max(value, 1e-9)))
  const found = compareMeans(then.map(scale), now.map(scale))
  const least = errors ? errorMargin : Math.log1p(figure.tolerance.ignore)
  if (sign * found.difference - halfInterval(found, totalLevels.regression) <= least) return undefined
  const centre = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + scale(value), 0) / values.length
    return errors ? mean : Math.exp(mean)
  }
  const [was, is] = [centre(then), centre(now)]
  const by = errors ? '' : `by ${change(Math.expm1(found.difference))}, `
  return `${by}from ${said(was, figure.unit)} to ${said(is, figure.unit)}`
}
