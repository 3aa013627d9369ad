import { plural } from './format.js'
import { figure } from './html-figure.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { outcomesOverTime, type StepOutcomes } from './outcomes-over-time.js'
import type { Timeline } from './timeline.js'

/** More than anyone looks at; the table has all of them. */
const shown = 12

/** Outcomes of each step stacked over time, as shares of all its answers. */
export function outcomePictures(runs: ScenarioRuns, line: Timeline): Markup {
  const { several, only } = outcomesOverTime(runs, line)
  if (several.length === 0) return nothing
  const rest = several.length - shown
  return markup`<details class="subject"><summary><h4>Outcomes over time</h4> <span class="quiet">${plural(several.length, 'step')} with several</span></summary>
<div class="charts">${several.slice(0, shown).map(picture)}</div>
${rest > 0 ? markup`<p class="quiet">${plural(rest, 'step')} more with several outcomes: see the table below.</p>` : nothing}
${only.length === 0 ? nothing : markup`<p class="quiet">With one outcome only, the same at all times: ${only.join(', ')}.</p>`}
</details>`
}

const picture = ({ metric, plot }: StepOutcomes): Markup =>
  figure(
    plot,
    `${metric}: outcomes over time`,
    markup`${metric}: shares of its outcomes in each second, from the bottom upwards:
<ul class="swatches">${plot.outcomes.map((outcome, at) => markup`<li><i class="swatch ${outcome === 'error' ? 'error' : `o${at}`}"></i>${outcome}</li> `)}</ul>
Where a point stands for several seconds, it shows the one with the smallest share of ${plot.outcomes[0] ?? ''}.`,
  )
