import type { Phase } from '../model/load.js'
import type { UnitKind } from '../model/artefact.js'
import type { ArrivalTable, PlanPhase } from '../model/plan.js'
import { micros, type Micros } from '../model/time.js'
import { sliceable, sliced } from '../schedule/slices.js'
import { startsOf } from '../schedule/starts.js'

/** A unit of load before it has addresses. */
export interface UnitLayout {
  readonly kind: UnitKind
  readonly table: ArrivalTable
  readonly phases: readonly PlanPhase[]
  /** Which arm each slice or block belongs to, in order, by its index. */
  readonly order: readonly number[]
  /** Rows of the data that it takes. */
  readonly rows: number
  /** Time under load of each arm, microseconds; of bursts none. */
  readonly loaded: Micros
  /** How long it lasts as far as that can be known, microseconds. */
  readonly length: Micros
}

export interface LayoutOptions {
  readonly phases: readonly Phase[]
  readonly arms: 1 | 2
  readonly seed: string
  readonly unit: number
  readonly firstRow: number
  readonly slice: Micros
}

const durationOf = ({ arrivals }: Phase): number =>
  arrivals.kind === 'burst'
    ? 0
    : arrivals.kind === 'trace'
      ? (arrivals.starts.at(-1) ?? 0)
      : arrivals.duration

const planPhase = (
  phase: Phase,
  arm: number | undefined,
  count: number,
  duration: number,
  firstRow: number,
): PlanPhase => ({
  name: phase.name,
  kind: phase.arrivals.kind === 'burst' || phase.arrivals.kind === 'closed' ? phase.arrivals.kind : 'open',
  arm,
  users: phase.arrivals.kind === 'closed' ? phase.arrivals.users : 0,
  think: phase.arrivals.kind === 'closed' ? phase.arrivals.think : micros(0),
  duration: micros(duration),
  count,
  firstRow,
})

/** How many rows a phase takes; a closed one as many as a thousandth of a second a journey would let it. */
const rowsOf = (phase: Phase, starts: readonly number[]): number =>
  phase.arrivals.kind === 'closed' ? phase.arrivals.users * 1_000 : starts.length

/** Alternating slices of `length` a phase, both arms with the same arrivals and rows. */
export function slicesLayout(options: LayoutOptions & { readonly length: Micros }): UnitLayout {
  const table = { at: [] as number[], arm: [] as number[], phase: [] as number[], n: [] as number[] }
  const phases: PlanPhase[] = []
  const order: number[] = []
  let rows = 0
  for (const [index, phase] of options.phases.entries()) {
    const part = sliced(phase.arrivals, { ...options, seed: `${options.seed} ${phase.name}` })
    table.at.push(...part.at)
    table.arm.push(...part.arm)
    table.phase.push(...part.at.map(() => index))
    const before = options.firstRow + rows
    table.n.push(...part.row.map((row) => before + row))
    phases.push(planPhase(phase, undefined, part.at.length, part.order.length * options.slice, before))
    order.push(...part.order)
    rows += part.rows
  }
  const total = (order.length * options.slice) as Micros
  return { kind: 'slices', table, phases, order, rows, loaded: micros(total / 2), length: total }
}

/** Phases as they are, first all on one arm, then all on the other; the order is given. */
export function blockLayout(options: LayoutOptions & { readonly order: readonly number[] }): UnitLayout {
  const table = { at: [] as number[], arm: [] as number[], phase: [] as number[], n: [] as number[] }
  const phases: PlanPhase[] = []
  let rows = 0
  for (const [place, arm] of options.order.entries()) {
    rows = 0
    for (const phase of options.phases) {
      const starts = startsOf(phase.arrivals, options.seed, `unit ${options.unit} ${phase.name}`)
      const before = options.firstRow + rows
      const index = phases.length
      table.at.push(...starts)
      table.arm.push(...starts.map(() => (options.arms === 1 ? 0 : arm)))
      table.phase.push(...starts.map(() => index))
      table.n.push(...starts.map((_, row) => before + row))
      phases.push(planPhase(phase, options.arms === 1 ? 0 : arm, starts.length, durationOf(phase), before))
      rows += rowsOf(phase, starts)
    }
    if (options.arms === 1 && place === 0) break
  }
  const length = options.phases.reduce((sum, phase) => sum + durationOf(phase), 0)
  const open = options.phases.every(({ arrivals }) => !['burst', 'surge', 'closed'].includes(arrivals.kind))
  return {
    kind: open && options.arms === 1 ? 'slices' : 'block',
    table,
    phases,
    order: options.arms === 1 ? [0] : options.order,
    rows,
    loaded: micros(length),
    length: micros(length * options.arms),
  }
}

/** A load's phases that alternate between arms, and those that run as blocks. */
export function splitPhases(phases: readonly Phase[]): {
  readonly steady: readonly Phase[]
  readonly blocks: readonly Phase[]
} {
  return {
    steady: phases.filter(({ arrivals }) => sliceable(arrivals)),
    blocks: phases.filter(({ arrivals }) => !sliceable(arrivals)),
  }
}
