import type { ScenarioVerdict } from '../model/verdict.js'
import { plural } from './format.js'
import { errorTable, outcomeTables } from './html-accounting.js'
import { blameSection } from './html-blame.js'
import { figuresSection } from './html-figures.js'
import { healthSection } from './html-health.js'
import { invariantSection } from './html-invariants.js'
import { pictures } from './html-pictures.js'
import { timesSection } from './html-times.js'
import type { ScenarioRuns } from './input.js'
import { markup, type Markup } from './markup.js'
import type { Room } from './room.js'
import { isAlone, rowsOf } from './rows.js'
import { legendOf, outcomeWord, reasonWords, spoken } from './words.js'

/** Everything about one scenario. Pictures and counts need its runs; without them the verdict stands alone. */
export function scenarioSection(
  scenario: ScenarioVerdict,
  runs: ScenarioRuns,
  id: string,
  room: Room,
): Markup {
  const word = outcomeWord(scenario.outcome)
  const alone = isAlone([scenario])
  const rows = rowsOf(scenario, alone)
  const legend = legendOf(
    `${scenario.headline} ${rows.map(({ name, against }) => `${name} ${against}`).join(' ')} unit start`,
  )
  const isBroken = scenario.invariants.some((one) => one.status === 'broken')
  const times = timesSection(scenario, runs)
  const damage = [runs.control, runs.candidate].flatMap((run) => run?.damage ?? [])
  const parts: readonly Markup[] = [
    blameSection(scenario),
    ...(isBroken ? [invariantSection(scenario)] : []),
    figuresSection(scenario),
    // Of a run alone it is what is looked for.
    ...(alone ? [times, pictures(scenario, runs, room)] : [pictures(scenario, runs, room), times]),
    ...(isBroken ? [] : [invariantSection(scenario)]),
    outcomeTables(runs),
    errorTable(scenario.errors),
    healthSection(scenario, runs),
  ]
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${scenario.scenario} · ${scenario.profile} · <b class="${word.tone}">${spoken(word)}</b></h2>
<p>${scenario.headline}</p>
<p class="quiet">${plural(scenario.units, 'unit')} of load, ${plural(scenario.starts, 'start')}; ${reasonWords(scenario.reason)}. ${legend}.</p>
${[...scenario.warnings, ...damage].map((warning) => markup`<p><b class="unsure">! ${warning}</b></p>`)}
${parts}
</section>
`
}
