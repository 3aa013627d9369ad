import type { MetricVerdict, ScenarioVerdict } from '../model/verdict.js'
import { between, change, count, none, share } from './format.js'
import { number, table } from './html-table.js'
import { markup, nothing, type Markup } from './markup.js'
import { worstMetricsFirst } from './order.js'

/** The numbers behind each decision, for who wants to check it; the words are explained where they stand. */
export function evidenceSection({ metrics }: ScenarioVerdict): Markup {
  const judged = worstMetricsFirst(metrics).filter(({ role, change: found }) => role === 'gate' && found)
  if (judged.length === 0) return nothing
  const head = ['', 'change', 'surely', 'units', 'noise of a unit', 'smallest change to be told']
  return markup`<details><summary>The evidence behind each figure</summary>
${table(head, judged.map(row), 'Evidence behind each figure that is judged')}
<p class="quiet">Surely: the range in which the true change lies; where it includes 0 %, there may be no change at all. Units: stretches of load that
were compared, each a measurement of its own. Noise of a unit: how far apart two equal builds would be in one unit, for no reason.
Smallest change to be told: with this noise and so many units, what is smaller could not be told from none.</p></details>`
}

const row = ({ name, title, change: found, units, sigma, smallest }: MetricVerdict) => ({
  cells: [
    title ?? name,
    number(found === undefined ? none : change(found.mean)),
    number(found === undefined ? none : between(found.low, found.high)),
    number(count(units)),
    number(sigma === undefined ? none : share(sigma)),
    number(smallest === undefined ? none : share(smallest)),
  ],
})

/** What makes a change believable, in a phrase: `between +11 and +17 %, in 6 units whose noise is 2.1 % each, confirmed on fresh processes`. */
export function evidenceWords({ change: found, units, sigma, confirmed }: MetricVerdict): string {
  if (found === undefined) return ''
  const noise = sigma === undefined ? '' : ` whose noise is ${share(sigma)} each`
  const again =
    confirmed === undefined
      ? ''
      : confirmed
        ? ', confirmed on fresh processes'
        : ', not confirmed on fresh processes'
  return `surely ${between(found.low, found.high)}, in ${count(units)} units of load${noise}${again}`
}
