import { average } from '../stats/average.js'
import type { Blame, MovedProbe } from '../model/blame.js'
import type { ProbeFacts } from '../model/artefact.js'
import { fewestUnits } from '../stats/paired.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import { ranIn } from './probes.js'
import { rateTolerance } from './rate.js'
import { alikePairs, type Compared } from './units.js'

/**
 * Chances that one of all the probes of equal builds is blamed, shared out among them. Units are pairs under one load, and tell finely;
 * but a process may be slow or large for as long as it lives, which only other starts of the same build show.
 */
const levels = { units: 0.02, starts: 0.01 }
/** A point of a share. */
const point = 0.01

interface Probed {
  readonly group: number
  readonly was: number
  readonly is: number
}

/** Probes that moved beyond their own noise, from unit to unit and from start to start, in units of one kind of load; the farthest first. */
export function movedProbes(compared: Compared): Blame['probes'] {
  const pairs = alikePairs(compared)
  const { candidate, control } = compared
  const kind = pairs[0] === undefined ? '' : ranIn(pairs[0].candidate)
  const alike = pairs.filter((pair) => ranIn(pair.candidate) === kind)
  const rows = Object.entries(candidate.file.probes ?? {}).flatMap(([name, facts]) => {
    const units = alike.flatMap(({ index, group }): Probed[] => {
      const [was, is] = [control, candidate].map(
        (run) => run?.probes.find((one) => one.unit === index && one.name === name)?.value,
      )
      return was === undefined || is === undefined ? [] : [{ group, was, is }]
    })
    return units.length < fewestUnits ? [] : [{ name, facts, units }]
  })
  const starts = new Set(alike.map(({ group }) => group)).size
  const asked = starts < 2 ? 0 : rows.length
  if (asked === 0) return { told: rows.length === 0 ? 'no_probes' : 'one_start', asked, moved: [] }
  const far = ({ times = Infinity }: MovedProbe): number => times
  const moved = rows
    .flatMap(({ name, facts, units }) => ofProbe(name, facts, units, asked))
    .toSorted((a, b) => far(b) - far(a) || 0)
  return { told: 'told', asked, moved }
}

function ofProbe(
  name: string,
  { title, unit, tolerance = rateTolerance }: ProbeFacts,
  units: readonly Probed[],
  asked: number,
): readonly MovedProbe[] {
  const [was, is] = [average(units.map((one) => one.was)), average(units.map((one) => one.is))]
  const isShare = unit === 'share'
  const hasRatio = !isShare && units.every((one) => one.was > 0 && one.is > 0)
  // A share has no ratio that says anything, and nothing has no logarithm.
  const scale = isShare || was + is === 0 ? 1 : (was + is) / 2
  const size = (value: number): number => (hasRatio ? Math.log(value) : value / scale)
  const change = spreadOf(units.map((one) => ({ group: one.group, value: size(one.is) - size(one.was) })))
  const starts = [...new Set(units.map(({ group }) => group))]
  const ofArm = (of: (one: Probed) => number): number => {
    const means = starts.map((group) =>
      average(units.filter((one) => one.group === group).map((one) => size(of(one)))),
    )
    return means.reduce((sum, one) => sum + (one - average(means)) ** 2, 0)
  }
  const freedom = 2 * (starts.length - 1)
  const squares = ofArm((one) => one.was) + ofArm((one) => one.is)
  const ofStarts = Math.sqrt(((squares / freedom) * 2) / starts.length)
  const moved = Math.abs(change.mean)
  const sure =
    moved > studentUpper(levels.units / (2 * asked), change.freedom) * change.error &&
    moved > studentUpper(levels.starts / (2 * asked), freedom) * ofStarts
  if (!sure || moved < (isShare ? point : tolerance.ignore)) return []
  const noise = Math.max(change.error, ofStarts)
  return [
    {
      name,
      title,
      unit: isShare ? 'share' : 'count',
      control: was,
      candidate: is,
      ...(noise > 0 ? { times: moved / noise } : {}),
    },
  ]
}
