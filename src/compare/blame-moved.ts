import type { MovedProbe, MovedShare } from '../model/blame.js'
import type { UnitRecord } from '../model/artefact.js'
import { fewestUnits } from '../stats/paired.js'
import { compareShares, pooled, shareOf, type SharePair } from '../stats/shares.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import { errorMargin } from './errors.js'
import { answersOf } from './mix.js'
import { ranIn } from './probes.js'
import { rateTolerance } from './rate.js'
import { gatingPairs, namesOf, type Compared, type Pair } from './units.js'

/** Chance that one of all the probes (or of all the outcomes) of equal builds is blamed: shared out among them. */
const level = 0.005
/** A point of a share. */
const point = 0.01

interface Both extends Pair {
  readonly control: UnitRecord
}

const bothOf = (pairs: readonly Pair[]): readonly Both[] =>
  pairs.flatMap((pair) => (pair.control === undefined ? [] : [{ ...pair, control: pair.control }]))

/** Units of one kind of load: the alternating ones, else all that there are. */
function unitsOf({ pairs }: Compared): readonly Both[] {
  const sliced = bothOf(gatingPairs(pairs))
  return sliced.length >= fewestUnits ? sliced : bothOf(pairs)
}

/** Outcomes, errors among them, whose share of their step's answers is surely another one: by a tenth of a point at least, and beyond noise. */
export function movedShares(compared: Compared): readonly MovedShare[] {
  const pairs = unitsOf(compared)
  if (pairs.length < fewestUnits) return []
  const asked = compared.candidate.file.promises.steps.flatMap((step) => {
    const outcomes = pairs.flatMap(({ control, candidate }) =>
      [control, candidate].flatMap(({ accounting }) =>
        namesOf(step, Object.keys(accounting.outcomes)).flatMap((name) =>
          Object.entries(accounting.outcomes[name] ?? {}).flatMap(([outcome, count]) =>
            count > 0 ? [outcome] : [],
          ),
        ),
      ),
    )
    return [...new Set(outcomes)].map((outcome) => ({ step, outcome }))
  })
  return asked
    .flatMap(({ step, outcome }) => {
      const shares = pairs.map(({ group, control, candidate }) => ({
        group,
        control: answersOf(control, step, outcome),
        candidate: answersOf(candidate, step, outcome),
      }))
      if (!shareMoved(shares, level / (2 * asked.length))) return []
      const [was, is] = [pooled(shares.map((one) => one.control)), pooled(shares.map((one) => one.candidate))]
      const more = is.hits - was.hits
      return [{ step, outcome, control: shareOf(was), candidate: shareOf(is), more }]
    })
    .toSorted((a, b) => Math.abs(b.candidate - b.control) - Math.abs(a.candidate - a.control))
}

/** By the units' own spread, which is never taken for less than luck with so many answers would make it. */
function shareMoved(shares: readonly (SharePair & { readonly group: number })[], at: number): boolean {
  const full = shares.filter(({ control, candidate }) => control.of > 0 && candidate.of > 0)
  if (full.length < fewestUnits) return false
  const { mean, error, freedom } = spreadOf(
    full.map(({ group, control, candidate }) => ({ group, value: shareOf(candidate) - shareOf(control) })),
  )
  const luck = compareShares(full)
  const reach = studentUpper(at, freedom) * Math.max(error, luck.error)
  return Math.abs(mean) > reach && Math.abs(luck.difference) >= errorMargin
}

/** Probes that moved beyond their own noise from unit to unit, in units of one kind of load; the farthest beyond it first. */
export function movedProbes(compared: Compared): {
  readonly asked: number
  readonly moved: readonly MovedProbe[]
} {
  const pairs = unitsOf(compared)
  const [first] = pairs
  const alike =
    first === undefined ? [] : pairs.filter(({ candidate }) => ranIn(candidate) === ranIn(first.candidate))
  const { candidate, control } = compared
  if (control === undefined) return { asked: 0, moved: [] }
  const rows = Object.entries(candidate.file.probes ?? {}).flatMap(([name, facts]) => {
    const units = alike.flatMap(({ index, group }) => {
      const [was, is] = [control, candidate].map(
        (run) => run.probes.find((one) => one.unit === index && one.name === name)?.value,
      )
      return was === undefined || is === undefined ? [] : [{ group, was, is }]
    })
    return units.length < fewestUnits ? [] : [{ name, facts, units }]
  })
  const moved = rows.flatMap(({ name, facts, units }) => {
    const mean = (of: (one: (typeof units)[number]) => number): number =>
      units.reduce((sum, one) => sum + of(one), 0) / units.length
    const [was, is] = [mean((one) => one.was), mean((one) => one.is)]
    // A share has no ratio that says anything, and nothing has no logarithm.
    const scale = facts.unit === 'share' ? 1 : (was + is) / 2
    const hasRatio = facts.unit !== 'share' && units.every((one) => one.was > 0 && one.is > 0)
    const change = spreadOf(
      units.map((one) => ({
        group: one.group,
        value: hasRatio ? Math.log(one.is / one.was) : (one.is - one.was) / (scale === 0 ? 1 : scale),
      })),
    )
    const least = facts.unit === 'share' ? point : (facts.tolerance ?? rateTolerance).ignore
    const reach = studentUpper(level / (2 * rows.length), change.freedom) * change.error
    if (Math.abs(change.mean) <= Math.max(reach, least)) return []
    const { title } = facts
    const unit = facts.unit === 'share' ? ('share' as const) : ('count' as const)
    const times = change.error > 0 ? { times: Math.abs(change.mean) / change.error } : {}
    return [{ name, title, unit, control: was, candidate: is, ...times }]
  })
  const far = ({ times = Infinity }: MovedProbe): number => times
  return { asked: rows.length, moved: moved.toSorted((a, b) => far(b) - far(a) || 0) }
}
