import type { Run, UnitRecord } from '../model/artefact.js'
import type { Arm } from '../model/plan.js'

export const arms = ['control', 'candidate'] as const satisfies readonly Arm[]

/** Something that each arm may have. */
export type ByArm<T> = Readonly<Partial<Record<Arm, T>>>

/** One point of the axis of time: where it begins, in seconds under load, and for how many it stands. */
export interface Column {
  readonly at: number
  readonly seconds: number
}

/** A measured unit on the axis. */
export interface Stretch {
  readonly unit: UnitRecord
  /** Seconds under load at which it begins, and how many it has. */
  readonly at: number
  readonly seconds: number
}

/**
 * The axis of every picture over time: the measured units, end to end, without what lies between them. `place` tells in which
 * column a second of an arm's log lies.
 */
export interface Timeline {
  readonly seconds: number
  readonly columns: readonly Column[]
  readonly stretches: readonly Stretch[]
  readonly place: Readonly<Record<Arm, ReadonlyMap<number, number>>>
}

type Own = { readonly unit: UnitRecord; readonly first: number; readonly last: number }

/**
 * Lays the seconds that have samples out. Arms that took turns share their seconds; those of a block, which ran one after the other, are laid
 * over each other from their own beginnings. Where there are more seconds than `most`, a column stands for several of one unit.
 */
export function timeline(
  runs: ByArm<Run>,
  sampled: Readonly<Record<Arm, ReadonlySet<number>>>,
  most: number,
): Timeline {
  const control = own(runs.control, sampled.control)
  const candidate = own(runs.candidate, sampled.candidate)
  const rows = Array.from({ length: Math.max(control.length, candidate.length) }, (_, at) =>
    [control[at], candidate[at]].flatMap((one) => one ?? []),
  )
  const length = (row: readonly Own[]): number =>
    Math.max(0, ...row.map(({ first, last }) => last - first + 1))
  const all = rows.reduce((sum, row) => sum + length(row), 0)
  const each = Math.max(1, Math.ceil(all / most))
  const columns: Column[] = []
  const stretches: Stretch[] = []
  const place = { control: new Map<number, number>(), candidate: new Map<number, number>() }
  let at = 0
  for (const [index, row] of rows.entries()) {
    const seconds = length(row)
    const [shown] = row
    if (shown === undefined || seconds === 0) continue
    for (const [arm, units] of [['control', control] as const, ['candidate', candidate] as const]) {
      const unit = units[index]
      if (unit === undefined) continue
      for (let second = unit.first; second <= unit.last; second += 1)
        place[arm].set(second, columns.length + Math.floor((second - unit.first) / each))
    }
    stretches.push({ unit: shown.unit, at, seconds })
    for (let from = 0; from < seconds; from += each)
      columns.push({ at: at + from, seconds: Math.min(each, seconds - from) })
    at += seconds
  }
  return { seconds: all, columns, stretches, place }
}

/** The measured units of an arm, each with its first and last second on the axis. */
function own(run: Run | undefined, sampled: ReadonlySet<number>): readonly Own[] {
  return (run?.file.units ?? []).flatMap((unit) => {
    if (unit.phase !== 'measure') return []
    const seconds = Array.from({ length: unit.seconds }, (_, second) => unit.offset + second).filter((one) =>
      sampled.has(one),
    )
    const [begun = unit.offset] = seconds
    // What nobody answered has its place too, but no length.
    return [
      {
        unit,
        first: unit.kind === 'block' ? begun : unit.offset,
        last: seconds.at(-1) ?? begun - 1,
      },
    ]
  })
}
