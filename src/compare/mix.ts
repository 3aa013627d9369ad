import type { BaselineSession, UnitRecord } from '../model/artefact.js'
import type { Bounds } from '../model/scenario.js'
import type { MixVerdict } from '../model/verdict.js'
import { fewestSessions, predictedShare } from '../stats/prediction.js'
import { totalLevels } from '../stats/sequential.js'
import { pooled, shareOf, surelyAbove, type Share } from '../stats/shares.js'
import { amongAnswers, answersOf, outcomesSeen } from './answers.js'
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

/** Answers of one arm from which a step that the other arm never took did not stay away by luck. */
const surelyTaken = 20
/** A share that may lie anywhere within so many points either way could hardly shift. */
const tellable = 0.1

type Counts = Readonly<Record<string, number>>

const total = (counts: Counts): number => Object.values(counts).reduce((sum, one) => sum + one, 0)

/** How a step ended in each session that says so. */
const keptOf = (sessions: readonly BaselineSession[], step: string): readonly Counts[] =>
  sessions.flatMap(({ mix }) => {
    const counts = mix?.[step] ?? {}
    return total(counts) === 0 ? [] : [counts]
  })

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
      const earlier = kept.map((counts) => (counts[outcome] ?? 0) / total(counts))
      return ofOutcome(compared, { step, outcome, earlier }, bounds[outcome])
    })
    return judged.length > 0 ? judged : neverTaken(compared, step, kept)
  })
}

/** A step that had nobody in the candidate, and many beside it. */
function neverTaken({ pairs }: Compared, step: string, kept: readonly Counts[]): readonly MixVerdict[] {
  const taken = (units: readonly UnitRecord[]): number =>
    units.reduce((sum, unit) => sum + answersOf(unit, step, '').of, 0)
  if (taken(pairs.map(({ candidate }) => candidate)) > 0) return []
  const beside = pairs.flatMap(({ control }) => control ?? [])
  const before = kept.length < fewestSessions ? 0 : mean(kept.map(total))
  if (Math.max(taken(beside), before) < surelyTaken) return []
  const [outcome = 'error'] = [
    ...outcomesSeen(beside, step),
    ...kept.flatMap((counts) => Object.keys(counts)),
  ]
  return [{ step, outcome, decision: 'no_data', reason: 'one_sided' }]
}

/** Steps whose mix the sessions of a baseline cannot judge, in a sentence each: a shift would not be seen. */
export function blindMix(
  { candidate, pairs }: Compared,
  sessions: readonly BaselineSession[],
): readonly string[] {
  if (sessions.length === 0) return []
  const units = pairs.map((pair) => pair.candidate)
  const lacking: string[] = []
  const loose: string[] = []
  for (const step of candidate.file.promises.steps) {
    if (units.reduce((sum, unit) => sum + answersOf(unit, step, '').of, 0) < surelyTaken) continue
    const kept = keptOf(sessions, step)
    if (kept.length < fewestSessions)
      lacking.push(`${step} (${kept.length} of ${sessions.length} sessions say how it did)`)
    else {
      const halves = [...new Set(kept.flatMap((counts) => Object.keys(counts)))].map(
        (outcome) => predictedShare(kept.map((counts) => (counts[outcome] ?? 0) / total(counts))).half,
      )
      const widest = Math.max(0, ...halves)
      if (widest > tellable)
        loose.push(`${step} (±${Math.round(100 * widest)} points from one session to the next)`)
    }
  }
  return [
    ...(lacking.length === 0
      ? []
      : [
          `how these steps end was not compared, since ${fewestSessions} sessions are needed: ${lacking.join(', ')}`,
        ]),
    ...(loose.length === 0
      ? []
      : [
          `how these steps end differs so much between sessions that a shift would hardly show: ${loose.join(', ')}`,
        ]),
  ]
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
    const units = pairs.map(({ candidate }) => amongAnswers(candidate, step, outcome))
    const misses = units.map(({ hits, of }) => ({ hits: of - hits, of }))
    const { centre, half } = predictedShare(earlier)
    const is = shareOf(pooled(units))
    // Beyond what sessions differ by, and beyond what few answers do.
    const more = (found: readonly Share[], share: number, was: number): boolean =>
      share - was - half > margin && surelyAbove(found, was + margin, totalLevels.regression)
    return more(units, is, centre) || more(misses, 1 - is, 1 - centre)
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
