import type { Trend, TrendLine, TrendMetric } from '../model/trend.js'
import { plural } from './format.js'
import { fit, left, paint, right, wrap, type Line } from './layout.js'
import { changeSentences, dateOf, levels, lineName, trendWord, worstFiguresFirst } from './trend-words.js'
import type { Tone } from './words.js'

const tones: Readonly<Record<Trend['outcome'], Tone>> = {
  worse: 'bad',
  better: 'good',
  steady: 'quiet',
  too_few: 'unsure',
}
const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const drawn = 20

/** The answer in the first line, then each line's figures with a small picture, what changed below each. Ends with a line feed. */
export function trendText(
  trend: Trend,
  options: { readonly columns: number; readonly colour: boolean; readonly page?: string },
): string {
  const columns = Math.min(120, Math.max(80, Math.floor(options.columns) || 80))
  const lines: Line[] = [
    ...wrap(trend.headline, columns, '', tones[trend.outcome]),
    ...trend.lines.flatMap((line) => [[], ...lineLines(line, columns)]),
    [],
    ...trend.leftOut.flatMap((one) => wrap(one, columns, '  ! ', 'unsure')),
    ...(trend.next === undefined ? [] : wrap(trend.next, columns, '  Next:   ', 'strong')),
    ...(options.page === undefined ? [] : [[{ text: `  Page:   ${options.page}` }]]),
  ]
  return paint(lines, options.colour)
}

function lineLines(line: TrendLine, columns: number): readonly Line[] {
  const [first, last] = [line.sessions[0], line.sessions.at(-1)]
  const span =
    first === undefined || last === undefined
      ? ''
      : `, ${dateOf(first).slice(0, 10)} to ${dateOf(last).slice(0, 10)}`
  const name = columns - 2 - 2 - 3 * 10 - 2 - drawn
  return [
    [
      { text: `  ${lineName(line)}`, tone: 'strong' },
      { text: `  ${plural(line.sessions.length, 'session')}${span}` },
    ],
    ...(line.differs.length === 0
      ? []
      : wrap(`other conditions than now, never joined: ${line.differs.join('; ')}`, columns, '  ', 'unsure')),
    [
      {
        text: `    ${left('', name)}${right('was', 10)}${right('is', 10)}${right('change', 10)}  sessions`,
        tone: 'quiet',
      },
    ],
    ...worstFiguresFirst(line.metrics).flatMap((metric) => metricLines(metric, line, columns, name)),
  ]
}

function metricLines(metric: TrendMetric, line: TrendLine, columns: number, name: number): readonly Line[] {
  const { sign, tone } = trendWord(metric)
  const { was, is, by } = levels(metric)
  return [
    [
      { text: `  ${sign} `, tone },
      { text: left(fit(metric.name, name - 1), name) },
      { text: `${right(was, 10)}${right(is, 10)}${right(by, 10)}  ` },
      { text: spark(metric.values) },
    ],
    ...changeSentences(metric, line).flatMap((one) => wrap(one, columns, '      ', 'quiet')),
  ]
}

/** Values in their order as bars between the lowest and the highest, neighbours as one where there are many; a gap where there is none. */
export function spark(values: readonly (number | null)[]): string {
  const each = Math.ceil(values.length / drawn)
  const means = Array.from({ length: Math.ceil(values.length / Math.max(1, each)) }, (_, index) => {
    const some = values.slice(index * each, (index + 1) * each).filter((value) => value !== null)
    return some.length === 0 ? undefined : some.reduce((sum, value) => sum + value, 0) / some.length
  })
  const known = means.filter((mean) => mean !== undefined)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return means
    .map((mean) => {
      if (mean === undefined) return ' '
      const share = high === low ? 0.5 : (mean - low) / (high - low)
      return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))]
    })
    .join('')
}
