import type { UnitRecord } from '../model/artefact.js'
import type { Bounds } from '../model/scenario.js'
import type { MixVerdict } from '../model/verdict.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, type Share } from '../stats/shares.js'
import { decideShares } from './decide.js'
import { isLook, namesOf, type Compared } from './units.js'

/** Two points: a shift that nobody would look at is none. */
export const shiftMargin = 0.02

/** Answers of a step that ended in `outcome`, over all its phases. */
export function answersOf(unit: UnitRecord, step: string, outcome: string): Share {
  const found = namesOf(step, Object.keys(unit.accounting.outcomes)).map(
    (name) => unit.accounting.outcomes[name] ?? {},
  )
  const sum = (of: (counts: Readonly<Record<string, number>>) => number): number =>
    found.reduce((total, counts) => total + of(counts), 0)
  return {
    hits: sum((counts) => counts[outcome] ?? 0),
    of: sum((counts) => Object.values(counts).reduce((a, b) => a + b, 0)),
  }
}

/** Whether units lie outside the bounds by more than luck. A bound of nothing or all allows no exception. */
function outside(units: readonly Share[], { atLeast = 0, atMost = 1 }: Bounds): boolean {
  const misses = units.map(({ hits, of }) => ({ hits: of - hits, of }))
  const over = (shares: readonly Share[], limit: number): boolean =>
    limit < 1 && (limit === 0 ? pooled(shares).hits > 0 : surelyAbove(shares, limit, totalLevels.regression))
  return over(units, atMost) || over(misses, 1 - atLeast)
}

/**
 * Shares of outcomes against their bounds and against the control's. Outside in both arms, or without a control: `wrong`, the run
 * did not test what it claims. Outside in the candidate alone, or two points off the control's: `shifted`, which is the candidate's
 * doing. Errors are not looked at unless bounded: they have a metric of their own. Only what is bounded or shifted is listed.
 */
export function judgeMix(compared: Compared): readonly MixVerdict[] {
  const { steps, mix } = compared.candidate.file.promises
  return steps.flatMap((step) => {
    const bounds = mix[step] ?? {}
    const units = compared.pairs.flatMap((pair) => [
      pair.candidate,
      ...(pair.control === undefined ? [] : [pair.control]),
    ])
    const seen = units.flatMap((unit) =>
      namesOf(step, Object.keys(unit.accounting.outcomes)).flatMap((name) =>
        Object.keys(unit.accounting.outcomes[name] ?? {}),
      ),
    )
    const outcomes = new Set([
      ...Object.keys(bounds),
      ...seen.filter((outcome) => outcome !== 'error').toSorted(),
    ])
    return [...outcomes].flatMap((outcome) => ofOutcome(compared, step, outcome, bounds[outcome]))
  })
}

function ofOutcome(
  compared: Compared,
  step: string,
  outcome: string,
  bounds: Bounds | undefined,
): readonly MixVerdict[] {
  const look = isLook(compared)
  const candidate = compared.pairs.map((pair) => answersOf(pair.candidate, step, outcome))
  const is = pooled(candidate)
  const control = compared.pairs.flatMap((pair) =>
    pair.control === undefined ? [] : [answersOf(pair.control, step, outcome)],
  )
  const was = pooled(control)
  const head = {
    step,
    outcome,
    ...(bounds === undefined ? {} : { bounds }),
    ...(was.of === 0 ? {} : { control: shareOf(was) }),
  }
  if (is.of === 0) return bounds === undefined ? [] : [{ ...head, decision: 'no_data', reason: 'no_samples' }]
  const figures = { ...head, candidate: shareOf(is) }
  const off = bounds !== undefined && look && outside(candidate, bounds)
  const alone = was.of > 0 && (!off || !outside(control, bounds))
  if (alone && look && shifted(compared, step, outcome, off ? 0 : shiftMargin))
    return [{ ...figures, decision: 'shifted', reason: off ? 'outside_bounds' : 'mix_shifted' }]
  if (off) return [{ ...figures, decision: 'wrong', reason: 'outside_bounds' }]
  return bounds === undefined ? [] : [{ ...figures, decision: 'as_expected', reason: 'within_bounds' }]
}

function shifted({ pairs }: Compared, step: string, outcome: string, margin: number): boolean {
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
