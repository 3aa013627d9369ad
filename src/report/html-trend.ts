import type { Trend, TrendLine, TrendMetric } from '../model/trend.js'
import { measure, none, plural, share } from './format.js'
import { pageStyle } from './html-style.js'
import { number, table, type TableRow } from './html-table.js'
import { trendChart } from './html-trend-chart.js'
import { Markup, markup, nothing } from './markup.js'
import {
  buildOf,
  changeSentences,
  dateOf,
  levels,
  lineName,
  roleOf,
  trendWord,
  worstFiguresFirst,
} from './trend-words.js'
import { spoken } from './words.js'

const tones = { worse: 'bad', better: 'good', steady: 'quiet', too_few: 'unsure' } as const

const style = new Markup(`
.trend figure{flex:1 1 26rem}.thin{stroke:var(--control);stroke-width:1}.level{stroke:var(--candidate);stroke-width:2}
.turn{stroke-width:1.5;stroke-dasharray:4 3}.turn.worse{stroke:var(--bad)}.turn.better{stroke:var(--good)}
text.worse{fill:var(--bad)}text.better{fill:var(--good)}
.point{stroke:var(--candidate);stroke-width:1.4}.promoted,.pinned{fill:var(--candidate)}.open{fill:var(--paper)}.pinned{stroke:var(--ink)}
`)

/**
 * A trend as one page for a browser: what changed in one sentence, then each line with its figures, pictures and the sessions behind
 * them as a table. It fetches nothing and runs nothing (its own policy forbids both), follows light and dark.
 */
export function trendPage(trend: Trend): string {
  const names = trend.lines.map(lineName)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${trend.headline}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
<header class="${tones[trend.outcome]}">
<h1>${trend.headline}</h1>
<p>${trend.baseline === undefined ? 'Runs that were left on disk' : `Baseline ${trend.baseline}`}. A change is a level that figures moved to and stayed at; fewer than ${trend.fewest} sessions show none.
Of 200 figures that never changed, one at most shows a change by luck.</p>
${trend.next === undefined ? nothing : markup`<p>What would help: <code>${trend.next}</code></p>`}
<nav>${names.map((name, index) => markup`<a href="#l${index}">${name}</a> `)}</nav>
</header>
<main>${trend.lines.map((line, index) => lineSection(line, `l${index}`))}
${trend.leftOut.length === 0 ? nothing : markup`<section><h2>Left out</h2>${trend.leftOut.map((one) => markup`<p><b class="unsure">! ${one}</b></p>`)}</section>`}</main>
<footer>${trend.tool}</footer>
</body>
</html>
`.text
}

/** A figure that has one value only is no picture. */
const moves = ({ values }: TrendMetric): boolean => new Set(values.filter((one) => one !== null)).size > 1

function lineSection(line: TrendLine, id: string): Markup {
  const metrics = worstFiguresFirst(line.metrics)
  const still = metrics.filter((metric) => !moves(metric)).map(({ name }) => name)
  return markup`<section id="${id}"><h2>${lineName(line)} · ${plural(line.sessions.length, 'session')}</h2>
${line.differs.length === 0 ? nothing : markup`<p><b class="unsure">Other conditions than now, never joined with them: ${line.differs.join('; ')}</b></p>`}
${table(
  ['figure', 'was', 'is', 'change', 'spread', '', 'since'],
  metrics.map((metric): TableRow => {
    const { was, is, by } = levels(metric)
    const word = trendWord(metric)
    return {
      tone: word.tone,
      cells: [
        metric.name,
        number(was),
        number(is),
        number(by),
        number(metric.spread === undefined ? none : share(metric.spread)),
        { text: spoken(word), kind: 'word' },
        { text: changeSentences(metric, line).join('; '), kind: 'why' },
      ],
    }
  }),
)}
<div class="charts trend">${metrics.filter(moves).map((metric) => trendChart(metric, line))}</div>
<p class="quiet">${still.length === 0 ? '' : `Not drawn, since they never moved: ${still.join(', ')}. `}Full points are promoted sessions, large ones pinned for a release, hollow ones neither. Hold the pointer over one to see which build it was.</p>
<details><summary>The sessions, newest first</summary>
${table(
  ['recorded (UTC)', 'build', '', ...line.metrics.map(({ name }) => name)],
  line.sessions
    .map((session, index): TableRow => ({
      cells: [
        { text: dateOf(session), kind: 'word' },
        buildOf(session),
        roleOf(session),
        ...line.metrics.map(({ values, unit }) => number(measure(values[index] ?? undefined, unit))),
      ],
    }))
    .toReversed(),
)}</details></section>
`
}
