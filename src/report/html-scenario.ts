import type { ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { errorTable, outcomeTables } from './html-accounting.js'
import { blameSection } from './html-blame.js'
import { healthSection } from './html-health.js'
import { invariantSection } from './html-invariants.js'
import { pictures } from './html-pictures.js'
import { verdictTable } from './html-table.js'
import { timesSection } from './html-times.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { isAlone, rowsOf } from './rows.js'
import { legendOf, outcomeWord, reasonWords, spoken } from './words.js'

/** Everything about one scenario. Pictures and counts need its runs; without them the verdict stands alone. */
export function scenarioSection(scenario: ScenarioVerdict, runs: ScenarioRuns, id: string): Markup {
  const word = outcomeWord(scenario.outcome)
  const alone = isAlone([scenario])
  const rows = rowsOf(scenario, alone)
  const figures = rows.length === 0 ? nothing : verdictTable(rows, alone)
  const legend = legendOf(
    `${scenario.headline} ${rows.map(({ name, against }) => `${name} ${against}`).join(' ')} unit start`,
  )
  const times = timesSection(scenario, runs)
  const invariants = invariantSection(scenario)
  const isBroken = scenario.invariants.some((one) => one.status === 'broken')
  const damage = [runs.control, runs.candidate].flatMap((run) => run?.damage ?? [])
  return markup`<section id="${id}">
<h2>${scenario.scenario} · ${scenario.profile} · <b class="${word.tone}">${spoken(word)}</b></h2>
<p>${scenario.headline}</p>
<p class="quiet">${plural(scenario.units, 'unit')} of load, ${plural(scenario.starts, 'start')}; ${reasonWords(scenario.reason)}. ${legend}.</p>
${[...scenario.warnings, ...damage].map((warning) => markup`<p><b class="unsure">! ${warning}</b></p>`)}
${blameSection(scenario)}
${isBroken ? [invariants, figures, times] : [figures, times, invariants]}
${pictures(runs)}
${outcomeTables(runs)}
${errorTable(scenario.errors)}
${healthSection(scenario, runs)}
</section>
`
}
