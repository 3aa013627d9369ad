import type { Run } from '../model/artefact.js'
import type { ArmError } from '../model/verdict.js'
import { count, none, share } from './format.js'
import { number, table, type TableRow } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'

const errorsShown = 30

/** What the target answered, counted over the measured units. */
export function outcomeTables(runs: ScenarioRuns): Markup {
  const control = sumOutcomes(runs.control)
  const candidate = sumOutcomes(runs.candidate)
  const keys = [...new Set([...control.keys(), ...candidate.keys()])]
  if (keys.length === 0) return nothing
  const rows = keys.map((key): TableRow => {
    const [step = '', outcome = ''] = key.split('|')
    return {
      cells: [step, outcome, ...figures(control, step, key), ...figures(candidate, step, key)],
    }
  })
  return markup`<h3>Outcomes</h3>
${table(['step', 'outcome', 'control', 'share', 'candidate', 'share'], rows, 'Outcomes of each step')}`
}

type Counts = ReadonlyMap<string, number>

function sumOutcomes(run: Run | undefined): Counts {
  const sums = new Map<string, number>()
  for (const unit of measured(run))
    for (const [step, outcomes] of Object.entries(unit.accounting.outcomes))
      for (const [outcome, found] of Object.entries(outcomes)) {
        const key = `${step}|${outcome}`
        sums.set(key, (sums.get(key) ?? 0) + found)
      }
  return sums
}

function figures(counts: Counts, step: string, key: string): readonly TableRow['cells'][number][] {
  const all = [...counts].reduce(
    (sum, [other, found]) => (other.startsWith(`${step}|`) ? sum + found : sum),
    0,
  )
  const found = counts.get(key) ?? 0
  return all === 0 ? [number(none), number(none)] : [number(count(found)), number(share(found / all))]
}

/** What broke, the most frequent first. */
export function errorTable(errors: readonly ArmError[]): Markup {
  if (errors.length === 0) return nothing
  const rows = errors.slice(0, errorsShown).map((one): TableRow => ({
    cells: [one.arm, one.step, one.class, one.reason, number(count(one.count)), one.example.slice(0, 500)],
  }))
  const rest = errors.length - rows.length
  return markup`<h3>Errors</h3>
${table(['arm', 'step', 'whose', 'what', 'count', 'an example'], rows, 'Errors, the most frequent first')}
${rest > 0 ? markup`<p class="quiet">… and ${rest} kinds more.</p>` : nothing}`
}

const measured = (run: Run | undefined): Run['file']['units'] =>
  run?.file.units.filter((unit) => unit.phase === 'measure') ?? []
