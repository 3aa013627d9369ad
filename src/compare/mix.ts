import type { BaselineSession } from '../model/artefact.js'
import type { Bounds } from '../model/scenario.js'
import type { MixVerdict } from '../model/verdict.js'
import { surelyMoreThanEarlier } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, type Share } from '../stats/shares.js'
import { answersOf, outcomesSeen } from './answers.js'
import { decideShares } from './decide.js'
import { isLook, type Compared } from './units.js'

/** Two points: a shift that nobody would look at is none. */
export const shiftMargin = 0.02

/** Whether units lie outside the bounds by more than luck. A bound of nothing or all allows no exception. */
function outside(units: readonly Share[], { atLeast = 0, atMost = 1 }: Bounds): boolean {
  const misses = units.map(({ hits, of }) => ({ hits: of - hits, of }))
  const over = (shares: readonly Share[], limit: number): boolean =>
    limit < 1 && (limit === 0 ? pooled(shares).hits > 0 : surelyAbove(shares, limit, totalLevels.regression))
  return over(units, atMost) || over(misses, 1 - atLeast)
}

/**
 * Shares of outcomes against their bounds and against the control's, or those of the sessions of a baseline. Outside in both arms, or
 * with nothing beside it: `wrong`, the run did not test what it claims. Outside in the candidate alone, or two points off the others':
 * `shifted`, which is the candidate's doing. Errors are not looked at unless bounded: they have a metric of their own. Only what is
 * bounded or shifted is listed.
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
    const kept = sessions.flatMap((session) => {
      const shares = session.mix?.[step]
      return shares === undefined ? [] : [shares]
    })
    const outcomes = new Set([
      ...Object.keys(bounds),
      ...outcomesSeen(units, step),
      // What no longer comes at all has shifted, too.
      ...kept.flatMap((shares) => Object.keys(shares)).toSorted(),
    ])
    return [...outcomes].flatMap((outcome) =>
      ofOutcome(
        compared,
        { step, outcome, earlier: kept.map((shares) => shares[outcome] ?? 0) },
        bounds[outcome],
      ),
    )
  })
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
  const before = control.length > 0 ? shareOf(pooled(control)) : mean(earlier)
  const head = {
    step,
    outcome,
    ...(bounds === undefined ? {} : { bounds }),
    ...(Number.isNaN(before) ? {} : { control: before }),
  }
  if (is.of === 0) return bounds === undefined ? [] : [{ ...head, decision: 'no_data', reason: 'no_samples' }]
  const figures = { ...head, candidate: shareOf(is) }
  const off = bounds !== undefined && look && outside(candidate, bounds)
  const alone = !Number.isNaN(before) && (!off || !outside(control, bounds))
  if (alone && look && shifted(compared, asked, off ? 0 : shiftMargin))
    return [{ ...figures, decision: 'shifted', reason: off ? 'outside_bounds' : 'mix_shifted' }]
  if (off) return [{ ...figures, decision: 'wrong', reason: 'outside_bounds' }]
  return bounds === undefined ? [] : [{ ...figures, decision: 'as_expected', reason: 'within_bounds' }]
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

function shifted(
  { pairs, control: beside }: Compared,
  { step, outcome, earlier }: Asked,
  margin: number,
): boolean {
  if (beside === undefined) {
    const is = shareOf(pooled(pairs.map(({ candidate }) => answersOf(candidate, step, outcome))))
    return (
      surelyMoreThanEarlier(is, earlier, margin) ||
      surelyMoreThanEarlier(
        1 - is,
        earlier.map((share) => 1 - share),
        margin,
      )
    )
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
  const miss = ({ hits, of }: Share): Share => ({ hits: of - hits, of })
  const turned = both.map((pair) => ({
    ...pair,
    control: miss(pair.control),
    candidate: miss(pair.candidate),
  }))
  return decideShares(both, margin, true).regression || decideShares(turned, margin, true).regression
}
