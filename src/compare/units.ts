import type { Run, UnitKind, UnitRecord } from '../model/artefact.js'
import { fewestUnits } from '../stats/paired.js'
import { plannedLooks } from '../stats/sequential.js'

/** Where a unit of load lies in a gate: all that is asked when looks are planned. */
export interface Placed {
  readonly group: number
  readonly kind: UnitKind
  readonly confirmation: boolean
}

/** One unit of load as both arms saw it; the candidate's alone where there is no control. */
export interface Pair extends Placed {
  readonly index: number
  readonly candidate: UnitRecord
  readonly control: UnitRecord | undefined
}

/** Units so far, and whether they are all. */
export interface Taken {
  readonly pairs: readonly Placed[]
  /** No more units will come: decide also between the planned looks. */
  readonly final: boolean
}

/** What is compared: two runs that were measured together, or one run alone. */
export interface Compared extends Taken {
  readonly candidate: Run
  readonly control: Run | undefined
  readonly pairs: readonly Pair[]
}

export const measured = (run: Run): readonly UnitRecord[] =>
  run.file.units.filter((unit) => unit.phase === 'measure')

/** Share of its profile's rates that a run was sent in the units that may gate. */
export const loadOf = (run: Run): number => Math.min(1, ...measured(run).map(({ load = 1 }) => load))

/** Measured units in order. With a control, only those that both arms have: a unit that one arm lost is no pair. */
export function pairUp(candidate: Run, control: Run | undefined): readonly Pair[] {
  const others = new Map(control === undefined ? [] : measured(control).map((unit) => [unit.index, unit]))
  return measured(candidate)
    .filter((unit) => control === undefined || others.has(unit.index))
    .map((unit) => ({
      index: unit.index,
      group: unit.group,
      kind: unit.kind,
      confirmation: unit.confirmation,
      candidate: unit,
      control: others.get(unit.index),
    }))
}

/** Units whose latencies may gate: alternating slices. Blocks and bursts drift with the machine and have no fair quantile. */
export function gatingPairs<P extends Placed>(pairs: readonly P[]): readonly P[] {
  return pairs.filter((pair) => pair.kind === 'slices')
}

/**
 * Numbers of units at which latencies are looked at: whenever a start is over, from the second start on, up to the most units that
 * were planned or taken. Counted in slices; with blocks alone the usual looks serve, since each of them may be the last.
 */
export function plannedFor(pairs: readonly Placed[]): readonly number[] {
  const sliced = gatingPairs(pairs).filter((pair) => !pair.confirmation)
  const each = sliced.filter((pair) => pair.group === sliced[0]?.group).length
  if (each === 0) return plannedLooks
  return looksOf(each, sliced.length)
}

/** As `plannedFor`, with so many units a start, of which `taken` were taken. */
export function looksOf(each: number, taken: number): readonly number[] {
  const most = Math.max(plannedLooks.at(-1) ?? 0, taken)
  const looks = Array.from({ length: Math.floor(most / each) }, (_, start) => (start + 1) * each)
  const later = looks.filter((look) => look >= Math.max(2 * each, fewestUnits))
  return later.length > 0 ? later : [2 * each]
}

/** Whether so many units are a planned look, or the last word. Blocks alone may be looked at after each. */
export function isLook({ pairs, final }: Taken): boolean {
  const sliced = gatingPairs(pairs)
  const first = sliced.filter((pair) => !pair.confirmation).length
  return final || sliced.length === 0 || first < sliced.length || plannedFor(pairs).includes(first)
}

/**
 * Units in which a metric has samples, and whose latencies judge it: slices, where it has samples in them, else all; errors are no latency.
 */
export function judgingPairs({ candidate, control, pairs }: Compared, metric: string): readonly Pair[] {
  const runs = control === undefined ? [candidate] : [control, candidate]
  const here = pairs.filter(({ index }) =>
    runs.some((run) => run.latency({ metric, units: [index] }) !== undefined),
  )
  const sliced = gatingPairs(here)
  return sliced.length > 0 ? sliced : here
}

/** A pair that both arms have. */
interface Both extends Pair {
  readonly control: UnitRecord
}

/** Units of both arms with one kind of load: the alternating ones, else all that there are. */
export function alikePairs({ pairs }: Compared): readonly Both[] {
  const both = pairs.flatMap((pair) =>
    pair.control === undefined ? [] : [{ ...pair, control: pair.control }],
  )
  const sliced = both.filter(({ kind }) => kind === 'slices')
  return sliced.length >= fewestUnits ? sliced : both
}

/** Names under which a step was recorded: its own, or one for each phase. */
export function namesOf(step: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name === step || name.startsWith(`${step}@`)).toSorted()
}
