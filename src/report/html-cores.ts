import { coreList } from '../machine/cores.js'
import type { Run, UnitRecord } from '../model/artefact.js'
import type { Placement } from '../model/engine.js'
import { none } from './format.js'
import { table } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'

/** Which cores the workers and the targets' processes might use, and on which each was seen when a unit had ended. */
export function coresSection({ control, candidate }: ScenarioRuns): Markup {
  const generator = together('generator', candidate ?? control, (placed) => placed.generator)
  const targets = [
    ...together('control', control, (placed) => placed.target),
    ...together('candidate', candidate, (placed) => placed.target),
  ]
  if (generator.length === 0) return nothing
  const rows = [...generator, ...targets].map(({ whose, what, allowed, seen }) => ({
    cells: [whose, what, [...allowed].join(' or '), seen.size === 0 ? none : coreList([...seen])],
  }))
  const used = (processes: readonly Process[]): Set<number> =>
    new Set(processes.flatMap(({ seen }) => [...seen]))
  const both = [...used(generator)].filter((core) => used(targets).has(core))
  return markup`${table(['', '', 'may use cores', 'seen on'], rows, 'Cores of the generator and of the targets')}
${both.length === 0 ? nothing : markup`<p>Generator and target were seen on the same cores (${coreList(both)}) and disturb each other there. <code>--cores</code> and <code>--target-cores</code> hold them apart.</p>`}`
}

interface Process {
  readonly whose: string
  readonly what: string
  readonly allowed: Set<string>
  readonly seen: Set<number>
}

/** Processes of one name are one: those of a fresh start take the place of those before. */
function together(
  whose: string,
  run: Run | undefined,
  of: (placed: NonNullable<UnitRecord['placement']>) => readonly Placement[],
): readonly Process[] {
  const processes = new Map<string, Process>()
  for (const { placement, phase } of run?.file.units ?? []) {
    if (phase !== 'measure' || placement === undefined) continue
    for (const { what, allowed, seen } of of(placement)) {
      const found = processes.get(what) ?? { whose, what, allowed: new Set(), seen: new Set() }
      processes.set(what, found)
      found.allowed.add(allowed)
      if (seen !== undefined) found.seen.add(seen)
    }
  }
  return [...processes.values()]
}
