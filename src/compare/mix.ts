import type { BaselineSession } from '../model/artefact.js'
import type { Bounds } from '../model/scenario.js'
import type { MixVerdict } from '../model/verdict.js'
import { average } from '../stats/average.js'
import { fewestSessions } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, type Share } from '../stats/shares.js'
import { amongAnswers, answersOf, missesOf, outcomesSeen, takenOf } from './answers.js'
import { decideShares } from './decide.js'
import { keptOf, sharesOf, shiftedSince, surelyTaken, total, type Counts } from './session-mix.js'
import { isLook, type Compared } from './units.js'

/** Two points: a shift that nobody would look at is none. */
export const shiftMargin = 0.02

/** Whether units lie outside the bounds by more than luck. A bound of nothing or all allows no exception. */
function outside(units: readonly Share[], { atLeast = 0, atMost = 1 }: Bounds): boolean {
  const over = (shares: readonly Share[], limit: number): boolean =>
    limit < 1 && (limit === 0 ? pooled(shares).hits > 0 : surelyAbove(shares, limit, totalLevels.regression))
  return over(units, atMost) || over(units.map(missesOf), 1 - atLeast)
}

/**
 * Shares of outcomes against their bounds and against the control's, or those of the sessions of a baseline. Outside in both arms, or
 * with nothing beside it: `wrong`, the run did not test what it claims. Outside in the candidate alone, or two points off the others':
 * `shifted`, which is the candidate's doing. Errors are not looked at unless bounded: they have a metric of their own. Only what is
 * bounded or shifted is listed, and a step that only the others took.
 */
export function judgeMix(
  compared: Compared,
  sessions: readonly BaselineSession[] = [],
): readonly MixVerdict[] {
  const { steps, mix } = compared.candidate.file.promises
  return steps.flatMap((step) => {
    const bounds = mix[step] ?? {}
    const units = compared.pairs.flatMap((pair) => [
      pair.candidate,
      ...(pair.control === undefined ? [] : [pair.control]),
    ])
    const kept = keptOf(sessions, step)
    const outcomes = new Set([
      ...Object.keys(bounds),
      ...outcomesSeen(units, step),
      // What no longer comes at all has shifted, too.
      ...kept.flatMap((counts) => Object.keys(counts)).toSorted(),
    ])
    const judged = [...outcomes].flatMap((outcome) => {
      // Sessions keep no errors, which have a figure of their own.
      const earlier = outcome === 'error' ? [] : sharesOf(kept, outcome)
      return ofOutcome(compared, { step, outcome, earlier }, bounds[outcome])
    })
    return judged.length > 0 ? judged : neverTaken(compared, step, kept)
  })
}

/** A step that had nobody in the candidate, and many beside it. */
function neverTaken({ pairs }: Compared, step: string, kept: readonly Counts[]): readonly MixVerdict[] {
  const own = pairs.map(({ candidate }) => candidate)
  if (takenOf(own, step) > 0) return []
  const beside = pairs.flatMap(({ control }) => control ?? [])
  const before = kept.length < fewestSessions ? 0 : average(kept.map(total))
  if (Math.max(takenOf(beside, step), before) < surelyTaken) return []
  const [outcome = 'error'] = [
    ...outcomesSeen(beside, step),
    ...kept.flatMap((counts) => Object.keys(counts)),
  ]
  const control =
    beside.length > 0
      ? shareOf(pooled(beside.map((unit) => answersOf(unit, step, outcome))))
      : average(sharesOf(kept, outcome))
  return [{ step, outcome, control, decision: 'no_data', reason: 'one_sided' }]
}

interface Asked {
  readonly step: string
  readonly outcome: string
  /** Its share in each session of a baseline. */
  readonly earlier: readonly number[]
}

function ofOutcome(compared: Compared, asked: Asked, bounds: Bounds | undefined): readonly MixVerdict[] {
  const { step, outcome, earlier } = asked
  const look = isLook(compared)
  const candidate = compared.pairs.map((pair) => answersOf(pair.candidate, step, outcome))
  const is = pooled(candidate)
  const control = compared.pairs.flatMap((pair) =>
    pair.control === undefined ? [] : [answersOf(pair.control, step, outcome)],
  )
  const before = control.length > 0 ? shareOf(pooled(control)) : average(earlier)
  const head = {
    step,
    outcome,
    ...(bounds === undefined ? {} : { bounds }),
    ...(Number.isNaN(before) ? {} : { control: before }),
  }
  if (is.of === 0) return bounds === undefined ? [] : [{ ...head, decision: 'no_data', reason: 'no_samples' }]
  const off = bounds !== undefined && look && outside(candidate, bounds)
  // What was decided by the answers that were no errors is told by them.
  const among =
    earlier.length > 0 && !off
      ? pooled(compared.pairs.map((pair) => amongAnswers(pair.candidate, step, outcome)))
      : is
  const figures = { ...head, candidate: shareOf(among) }
  const alone = !Number.isNaN(before) && (!off || !outside(control, bounds))
  if (alone && look && shifted(compared, asked, off ? 0 : shiftMargin))
    return [{ ...figures, decision: 'shifted', reason: off ? 'outside_bounds' : 'mix_shifted' }]
  if (off) return [{ ...figures, decision: 'wrong', reason: 'outside_bounds' }]
  return bounds === undefined ? [] : [{ ...figures, decision: 'as_expected', reason: 'within_bounds' }]
}

function shifted(
  { pairs, control: beside }: Compared,
  { step, outcome, earlier }: Asked,
  margin: number,
): boolean {
  if (beside === undefined) {
    const units = pairs.map(({ candidate }) => amongAnswers(candidate, step, outcome))
    return shiftedSince(units, earlier, margin)
  }
  const both = pairs.flatMap(({ candidate, control, confirmation }) =>
    control === undefined
      ? []
      : [
          {
            confirmation,
            control: answersOf(control, step, outcome),
            candidate: answersOf(candidate, step, outcome),
          },
        ],
  )
  const turned = both.map((pair) => ({
    ...pair,
    control: missesOf(pair.control),
    candidate: missesOf(pair.candidate),
  }))
  return decideShares(both, margin, true).regression || decideShares(turned, margin, true).regression
}
