import type { StepTime } from '../model/verdict.js'
import { count, duration, none } from './format.js'
import { fit, left, right, width, type Line } from './layout.js'
import { largestParts } from './parts.js'
import { plain } from './plain.js'

const rowsShown = 14

const percent = (share: number): string =>
  share > 0 && share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`

/**
 * Where the time went, a line a step and outcome: how often, its share of the journeys' time, quantiles, and the largest parts. Of two
 * arms the candidate's; the page has both.
 */
export function timesLines(all: readonly StepTime[], columns: number, page: boolean): readonly Line[] {
  const candidates = all.filter(({ arm }) => arm === 'candidate')
  const times = candidates.length > 0 ? candidates : all
  if (times.length === 0) return []
  const rows = times.slice(0, rowsShown).map((one) => ({
    name: plain(`${one.metric} ${one.outcome}`),
    figures: [
      count(one.count),
      one.share === undefined ? none : percent(one.share),
      duration(one.p50),
      duration(one.p95),
      duration(one.p99),
    ],
    parts: largestParts(one.parts, one.mean)
      .map(({ part, share }) => `${part === 'unattributed' ? 'not told apart' : part} ${percent(share)}`)
      .join(', '),
  }))
  const heads = ['count', 'share', 'p50', 'p95', 'p99']
  const widths = heads.map((head, at) =>
    Math.max(...[head, ...rows.map(({ figures }) => figures[at] ?? '')].map(width)),
  )
  const title = times.length < all.length ? 'where the candidate’s time went' : 'where the time went'
  const taken = widths.reduce((sum, size) => sum + size + 2, 4)
  // At least one part is to be told beside the figures.
  const name = Math.max(
    10,
    Math.min(Math.max(width(title), ...rows.map((row) => width(row.name))), columns - taken - 12),
  )
  const room = columns - taken - name - 2
  const lineOf = (first: string, figures: readonly string[], last: string): string =>
    `    ${left(fit(first, name), name)}${figures.map((text, at) => `  ${right(text, widths[at] ?? 0)}`).join('')}  ${last}`
  const rest = times.length - rows.length
  return [
    [],
    [{ text: lineOf(title, heads, whole('of which', room)), tone: 'quiet' }],
    ...rows.map(({ name: first, figures, parts }): Line => [
      { text: lineOf(first, figures, whole(parts, room)) },
    ]),
    ...(rest > 0
      ? [[{ text: `    … and ${rest} more${page ? '; the page has them all' : ''}`, tone: 'quiet' } as const]]
      : []),
    [],
  ]
}

/** As many of the parts as there is room for. */
function whole(parts: string, room: number): string {
  if (room < 8) return ''
  if (width(parts) <= room) return parts
  const shorter = parts.replace(/,[^,]*$/, '')
  return shorter === parts ? fit(parts, room) : whole(shorter, room)
}
