import { bits } from '../schedule/random.js'
import type { Tolerance } from '../model/scenario.js'
import type { PairedUnit } from '../stats/paired.js'
import { decide, type Fresh } from './decide.js'
import { looksOf } from './units.js'

/** Spread of a unit within its start, and of the start itself: log ratios. */
export interface Spread {
  readonly within: number
  readonly between: number
}

/** How gates go: units a start, and the most units of all starts. */
export interface Pace {
  readonly each: number
  readonly most: number
}

const gates = 1_000

/** Seeded normal draws (Box and Muller 1958): the same calibration from the same figures. */
function normals(): () => number {
  let n = 0
  const uniform = (): number => (bits('power', (n += 1), 'draw') + 0.5) / 0x1_0000_0000
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/**
 * Plays gates on units of this spread whose true change is `effect`, a log ratio, by the gate's own looks, decision and confirmation.
 * Of each number of units at which there is a look, in order: the share of gates that have called a regression by then. Up to `beyond`
 * units, `most` when absent: as a gate would go that looked on at the level of its last look.
 */
export function caughtBy(
  { within, between }: Spread,
  tolerance: Tolerance,
  effect: number,
  { each, most }: Pace,
  beyond: number = most,
): ReadonlyMap<number, number> {
  const normal = normals()
  const caught = new Map<number, number>()
  const start = (group: number, confirmation: boolean): readonly Fresh<PairedUnit>[] => {
    const offset = effect + between * normal()
    return Array.from({ length: each }, () => ({
      group,
      confirmation,
      logRatio: offset + within * normal(),
    }))
  }
  for (let gate = 0; gate < gates; gate += 1) {
    const units: Fresh<PairedUnit>[] = []
    for (let group = 0; units.length + each <= beyond; group += 1) {
      units.push(...start(group, false))
      const looks = looksOf(each, Math.min(units.length, most))
      const last = units.length + each > most
      if (!last && !looks.includes(units.length)) continue
      const { decision } = decide(units, tolerance, last, looks)
      if (decision === 'undecided') continue
      if (decision === 'regression') {
        const all = [...units, ...start(group + 1, true)]
        if (decide(all, tolerance, true, looks).decision === 'regression')
          caught.set(units.length, (caught.get(units.length) ?? 0) + 1)
      }
      break
    }
  }
  let sum = 0
  return new Map(
    looksOf(each, beyond)
      .filter((look) => look <= beyond)
      .map((look) => [look, (sum += caught.get(look) ?? 0) / gates]),
  )
}
