import type { TrendLine, TrendMetric } from '../model/trend.js'
import { change, limit } from './format.js'
import { markup, nothing, type Markup } from './markup.js'
import { buildOf, dateOf, roleOf } from './trend-words.js'

const wide = 560
const high = 210
const box = { left: 66, right: 14, top: 22, bottom: 30 }

/** One figure over the sessions of its line as inline SVG: a point a session, a bar a level, an upright where the level changes. */
export function trendChart(metric: TrendMetric, line: TrendLine): Markup {
  const known = metric.values.filter((value) => value !== null)
  if (known.length === 0) return nothing
  const axis = axisOf(Math.min(...known), Math.max(...known), metric.unit === 'share' ? 1 : Infinity)
  const last = Math.max(1, line.sessions.length - 1)
  const across = (index: number): number => box.left + (index / last) * (wide - box.left - box.right)
  const up = (value: number): number =>
    high - box.bottom - ((value - axis.from) / (axis.to - axis.from)) * (high - box.top - box.bottom)
  const title = `${metric.name}, ${line.scenario} (${line.profile})`
  return markup`<figure><svg viewBox="0 0 ${wide} ${high}" role="img" aria-label="${title}: its values are in the table below">
${axis.rows.map((row) => markup`<line class="grid" x1="${box.left}" x2="${wide - box.right}" y1="${at(up(row))}" y2="${at(up(row))}"/><text x="${box.left - 6}" y="${at(up(row) + 4)}" text-anchor="end">${limit(row, metric.unit)}</text>`)}
${dates(line, across)}${joined(metric, across, up)}${levelBars(metric, across, up)}${changes(metric, across)}${points(metric, line, across, up)}
</svg><figcaption>${title}${axis.from > 0 ? '. The axis does not begin at 0' : ''}</figcaption></figure>
`
}

const at = (value: number): string => value.toFixed(1)

/** Room above and below the values, between round marks; nothing lies above `most`. */
function axisOf(
  lowest: number,
  highest: number,
  most: number,
): {
  readonly from: number
  readonly to: number
  readonly rows: readonly number[]
} {
  const span = highest - lowest || Math.abs(highest) || 1
  const ten = 10 ** Math.floor(Math.log10(span / 3))
  const step = ([1, 2, 2.5, 5].find((factor) => factor * ten >= span / 3) ?? 10) * ten
  const from = Math.max(0, Math.floor((lowest - span * 0.1) / step) * step)
  const to = Math.min(most, Math.ceil((highest + span * 0.1) / step) * step)
  const rows = Array.from(
    { length: Math.floor((to - from) / step + 1e-6) + 1 },
    (_, index) => from + index * step,
  )
  return { from, to, rows }
}

function dates({ sessions }: TrendLine, across: (index: number) => number): readonly Markup[] {
  const last = sessions.length - 1
  return [...new Set([0, Math.round(last / 2), last])].map((index) => {
    const session = sessions[index]
    const anchor = index === 0 ? 'start' : index === last ? 'end' : 'middle'
    return session === undefined
      ? nothing
      : markup`<text x="${at(across(index))}" y="${high - box.bottom + 18}" text-anchor="${anchor}">${dateOf(session).slice(0, 10)}</text>`
  })
}

/** A session without a value breaks the line. */
function joined(
  { values }: TrendMetric,
  across: (index: number) => number,
  up: (value: number) => number,
): readonly Markup[] {
  const pieces: string[][] = [[]]
  for (const [index, value] of values.entries()) {
    if (value === null) pieces.push([])
    else pieces.at(-1)?.push(`${at(across(index))},${at(up(value))}`)
  }
  return pieces
    .filter((piece) => piece.length > 1)
    .map((piece) => markup`<polyline class="line thin" points="${piece.join(' ')}"/>`)
}

function levelBars(
  { changes: found, level }: TrendMetric,
  across: (index: number) => number,
  up: (value: number) => number,
): readonly Markup[] {
  if (found.length === 0 || level === null) return []
  const starts = [0, ...found.map((one) => one.at)]
  const ends = [...found.map((one) => one.before), undefined]
  const heights = [...found.map((one) => one.from), level]
  return heights.map((height, index) => {
    const end = ends[index]
    const to = end === undefined ? wide - box.right : across(end)
    return markup`<line class="level" x1="${at(across(starts[index] ?? 0))}" x2="${at(to)}" y1="${at(up(height))}" y2="${at(up(height))}"/>`
  })
}

function changes(metric: TrendMetric, across: (index: number) => number): readonly Markup[] {
  return metric.changes.map(({ before, at: after, change: by, from, to, worse }) => {
    const x = at((across(before) + across(after)) / 2)
    const said =
      by.kind === 'ratio' ? change(by.mean) : `${limit(from, metric.unit)} → ${limit(to, metric.unit)}`
    const near = Number(x) > wide - 90 ? 'end' : 'middle'
    return markup`<line class="turn ${worse ? 'worse' : 'better'}" x1="${x}" x2="${x}" y1="${box.top}" y2="${high - box.bottom}"/><text class="${worse ? 'worse' : 'better'}" x="${x}" y="${box.top - 7}" text-anchor="${near}">${worse ? '✗' : '✓'} ${said}</text>`
  })
}

function points(
  metric: TrendMetric,
  line: TrendLine,
  across: (index: number) => number,
  up: (value: number) => number,
): readonly Markup[] {
  return metric.values.map((value, index) => {
    const session = line.sessions[index]
    if (value === null || session === undefined) return nothing
    const kind = session.releases.length > 0 ? 'pinned' : session.promoted ? 'promoted' : 'open'
    const build = buildOf(session)
    const title = `${dateOf(session)} · ${limit(value, metric.unit)}${build === '' ? '' : ` · ${build}`} · ${roleOf(session)}`
    return markup`<circle class="point ${kind}" cx="${at(across(index))}" cy="${at(up(value))}" r="${kind === 'pinned' ? 4.5 : 2.8}"><title>${title}</title></circle>`
  })
}
