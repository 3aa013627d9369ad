import { markup, nothing, type Markup } from './markup.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Tick {
  readonly at: number
  readonly text: string
}

export interface Chart {
  readonly title: string
  /** Range and marks of the horizontal axis, in the unit of the points. */
  readonly x: { readonly from: number; readonly to: number; readonly ticks: readonly Tick[] }
  readonly say: (y: number) => string
  /** Drawn in this order, so that the last one lies on top. The control is dashed. */
  readonly lines: readonly {
    readonly arm: 'control' | 'candidate'
    readonly points: readonly Point[]
  }[]
}

const wide = 440
const high = 230
const box = { left: 62, right: 14, top: 14, bottom: 34 }

/** A line chart as inline SVG, from zero upwards; the legend is text in the caption. */
export function chart({ title, x, say, lines }: Chart): Markup {
  const highest = Math.max(1, ...lines.flatMap((line) => line.points.map((point) => point.y)))
  const step = niceStep(highest / 4)
  const top = Math.ceil(highest / step) * step
  const across = (value: number): number =>
    box.left + ((value - x.from) / (x.to - x.from || 1)) * (wide - box.left - box.right)
  const up = (value: number): number => high - box.bottom - (value / top) * (high - box.top - box.bottom)
  const rows = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step)
  return markup`<figure><svg viewBox="0 0 ${wide} ${high}" role="img" aria-label="${title}">
${rows.map((y) => gridRow(up(y), y === 0 ? '0' : say(y)))}
${x.ticks.map((tick) => markup`<text x="${across(tick.at).toFixed(0)}" y="${high - box.bottom + 16}" text-anchor="${tick.at > x.to - (x.to - x.from) / 20 ? 'end' : 'middle'}">${tick.text}</text>`)}
${lines.map((line) => drawn(line.arm, line.points, across, up))}
</svg><figcaption>${title}. ${legend(lines.map((line) => line.arm))}</figcaption></figure>
`
}

function gridRow(y: number, text: string): Markup {
  const at = y.toFixed(1)
  return markup`<line class="grid" x1="${box.left}" x2="${wide - box.right}" y1="${at}" y2="${at}"/><text x="${box.left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${text}</text>`
}

function drawn(
  arm: string,
  points: readonly Point[],
  across: (x: number) => number,
  up: (y: number) => number,
): Markup {
  if (points.length === 0) return nothing
  const path = points.map((point) => `${across(point.x).toFixed(0)},${up(point.y).toFixed(1)}`).join(' ')
  const [only] = points
  // A line of one point has no length, and would not be seen.
  if (points.length === 1 && only)
    return markup`<circle class="line ${arm}" cx="${across(only.x).toFixed(1)}" cy="${up(only.y).toFixed(1)}" r="3"/>`
  return markup`<polyline class="line ${arm}" points="${path}"/>`
}

/** How to tell the arms apart, with colour or without. */
export const legend = (arms: readonly string[]): string =>
  arms.length === 1 ? `${arms[0]} only.` : 'Dashed grey: control; full blue: candidate.'

function niceStep(rough: number): number {
  const ten = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 2.5, 5].find((factor) => factor * ten >= rough) ?? 10) * ten
}
