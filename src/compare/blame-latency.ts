import type { LatencyBlame } from '../model/blame.js'
import type { Run } from '../model/artefact.js'
import { parts, type Part } from '../model/engine.js'
import { fewestUnits } from '../stats/paired.js'
import { addedTime, type UnitTimes } from './added-time.js'
import { secondsBlame } from './blame-seconds.js'
import { exactTimes } from './exact-times.js'
import type { Pair } from './units.js'

/** Fewer samples of a unit have no mean that says anything. */
const fewestSamples = 10

/** Parts that a sample is made of: all but what is a sum of others, and the remainder. */
const pieces = parts.filter((part) => part !== 'total' && part !== 'service' && part !== 'unattributed')

/**
 * Where the added time of one metric's outcome went: the difference of the exact means of both arms over the same units, by part. What the
 * parts leave over is `unattributed`. Nothing is told unless the candidate is surely slower by its mean, too: a percentile may move alone.
 */
export function latencyBlame(
  runs: { readonly control: Run; readonly candidate: Run },
  pairs: readonly Pair[],
  metric: string,
  outcome: string | undefined,
): LatencyBlame {
  const [was, is] = [exactTimes(runs.control), exactTimes(runs.candidate)]
  const full = pairs.filter(
    ({ index }) =>
      Math.min(was(index, metric, 'total', outcome).count, is(index, metric, 'total', outcome).count) >=
      fewestSamples,
  )
  /** Mean of a part over some units; `unattributed` is what the others leave over. */
  const mean = (of: typeof was, part: Part, units: readonly Pair[]): number => {
    const sum = (one: Part): number =>
      units.reduce((all, { index }) => all + of(index, metric, one, outcome).sum, 0)
    const count = units.reduce((all, { index }) => all + of(index, metric, 'total', outcome).count, 0)
    const time =
      part === 'unattributed' ? sum('total') - pieces.reduce((all, piece) => all + sum(piece), 0) : sum(part)
    return time / count
  }
  const both = (part: Part, units: readonly Pair[]): { control: number; candidate: number } => ({
    control: mean(was, part, units),
    candidate: mean(is, part, units),
  })
  const unitsOf = (part: Part): readonly UnitTimes[] =>
    full.map((pair) => ({
      group: pair.group,
      ...both(part, [pair]),
      whole: mean(was, 'total', [pair]),
    }))
  const head = { metric, ...(outcome === undefined ? {} : { outcome }), units: full.length }
  if (full.length === 0)
    return { ...head, control: 0, candidate: 0, added: 0, told: 'too_few_units', parts: [] }
  const whole = addedTime('total', both('total', full), 1, unitsOf('total'))
  const { control, candidate, added } = whole
  const figures = { ...head, control, candidate, added }
  if (full.length < fewestUnits) return { ...figures, told: 'too_few_units', parts: [] }
  const units = full.map(({ index }) => index)
  const seconds = secondsBlame(runs, { metric, units, ...(outcome === undefined ? {} : { outcome }) })
  if (!whole.sure) {
    // A stall breaks a budget, and is too rare to be told from chance by the units' means.
    const stall = seconds?.spread === 'few' ? { seconds } : {}
    return { ...figures, told: 'within_noise', parts: [], ...stall }
  }
  return {
    ...figures,
    told: 'told',
    parts: [...pieces, 'unattributed' as const]
      .map((part) => addedTime(part, both(part, full), added, unitsOf(part)))
      .filter((part) => Math.abs(part.control) >= 0.5 || Math.abs(part.candidate) >= 0.5)
      .toSorted((a, b) => b.added - a.added),
    ...(seconds === undefined ? {} : { seconds }),
  }
}
