import type { ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { evidenceSection } from './html-evidence.js'
import { verdictTable } from './html-table.js'
import { markup, nothing, type Markup } from './markup.js'
import { isAlone, rowsOf } from './rows.js'

/** So many rows that are only shown may stay among the others. */
const few = 8

/** Metrics, budgets and mix: what was judged, worst first; many that are only shown are folded away behind a line. */
export function figuresSection(scenario: ScenarioVerdict): Markup {
  const alone = isAlone([scenario])
  const rows = rowsOf(scenario, alone)
  if (rows.length === 0) return nothing
  const shown = rows.filter(({ word }) => word.tone === 'quiet')
  const fold = rows.length > 2 * few && shown.length > few
  const judged = fold ? rows.filter(({ word }) => word.tone !== 'quiet') : rows
  return markup`<h3>Figures</h3>
${judged.length === 0 ? nothing : verdictTable(judged, alone, `${scenario.scenario}: figures, the worst first`)}
${
  fold
    ? markup`<details><summary>${plural(shown.length, 'figure')} more, shown and never judged</summary>
${verdictTable(shown, alone, `${scenario.scenario}: figures that are never judged`)}</details>`
    : nothing
}
${evidenceSection(scenario)}`
}
