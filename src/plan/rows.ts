import type { PhaseRows } from '../model/artefact.js'
import type { Load } from '../model/load.js'
import type { UnitLayout } from './unit.js'

/** Which rows each phase of a load has in a unit. Both arms get the same ones; what is no phase of the load is left out. */
export function phaseRows({ phases, rows }: UnitLayout, load: Load): readonly PhaseRows[] {
  const [first] = phases
  if (first === undefined) return []
  const once = phases.filter(({ arm }) => arm === first.arm)
  const end = first.firstRow + rows
  return once.flatMap(({ name, firstRow }, place) => {
    const arrivals = load.phases.find((phase) => phase.name === name)?.arrivals.kind
    if (arrivals === undefined) return []
    return [{ name, arrivals, firstRow, rows: (once[place + 1]?.firstRow ?? end) - firstRow }]
  })
}
