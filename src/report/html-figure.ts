import { markup, Markup } from './markup.js'
import type { Axis, Plot } from './plot-data.js'

/** A picture that the page's script draws when it comes into sight; what stands in the caption is for those who cannot see it. */
export function figure(plot: Plot, name: string, caption: Markup): Markup {
  return markup`<figure class="drawn ${plot.kind}" data-name="${name}"><div class="plot"><p class="quiet">This picture needs JavaScript. The tables have its figures.</p></div>
<output></output><figcaption>${caption}</figcaption>${inlineData('plot', plot)}</figure>
`
}

/** The axis that the pictures beside it share. */
export const axisData = (axis: Axis): Markup => inlineData('axis', axis)

/** Data for the page's script. No name in it can end the element, and what it holds is never run. */
function inlineData(kind: string, value: object): Markup {
  const text = JSON.stringify(value).replaceAll('<', String.raw`\u003c`)
  return markup`<script type="application/json" class="${kind}-data">${new Markup(text)}</script>`
}
