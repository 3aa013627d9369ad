import type { ScenarioVerdict } from '../model/verdict.js'
import { legend } from './chart.js'
import { count, duration, limit, moment, plural } from './format.js'
import { axisData, figure } from './html-figure.js'
import { outcomePictures } from './html-outcomes.js'
import { percentileChart, percentileTable } from './html-percentiles.js'
import { heat, levels } from './heat.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { moments } from './moments.js'
import { overTime, worstSecond } from './over-time.js'
import type { Moment } from './plot-data.js'
import type { Room } from './room.js'
import { subjectCount, subjects, type Subject } from './subjects.js'
import { arms, timeline, type Timeline } from './timeline.js'

/** Open at once; the others take a click or the Enter key. */
const openWhenBad = 3
const momentsShown = 40

/**
 * Latency by percentile, over time and as a heat map, then outcomes over time. Each picture is of one outcome, since a fast refusal
 * would flatter a slow win; what regressed comes first, then whole journeys, then the most frequent.
 */
export function pictures(scenario: ScenarioVerdict, runs: ScenarioRuns, room: Room): Markup {
  const shown = subjects(scenario, runs, room.subjects)
  const left = subjectCount(runs) - shown.length
  if (shown.length === 0) return left === 0 ? nothing : markup`<h3>Latency</h3>${leftWords(left)}`
  const line = timelineOf(runs, shown, room)
  const happened = moments(runs, line)
  const open = scenario.exit === 0 ? 1 : openWhenBad
  return markup`<div class="pictures">${axisData(axisOf(line, happened))}
<h3>Latency</h3>
<p>${timeWords(line)}</p>
${momentList(happened)}
${shown.map((subject, at) => group(subject, line, at < open))}
${left > 0 ? leftWords(left) : nothing}
${outcomePictures(runs, line)}</div>`
}

const leftWords = (left: number): Markup =>
  markup`<p class="quiet">${plural(left, 'outcome')} more ${left === 1 ? 'has' : 'have'} no picture here, so that the page stays small; the table of times and the artefact have the figures.</p>`

function timelineOf(runs: ScenarioRuns, shown: readonly Subject[], { columns }: Room): Timeline {
  const sampled = (arm: (typeof arms)[number]): ReadonlySet<number> =>
    new Set(shown.flatMap(({ seconds }) => (seconds[arm] ?? []).map(({ second }) => second)))
  return timeline(runs, { control: sampled('control'), candidate: sampled('candidate') }, columns)
}

const axisOf = ({ seconds, columns, stretches }: Timeline, happened: readonly Moment[]) => ({
  seconds,
  at: columns.map(({ at }) => at),
  each: columns.map((column) => column.seconds),
  breaks: stretches.slice(1).map(({ at }) => columns.findIndex((column) => column.at === at)),
  moments: happened.map(({ at, kind, label }) => ({ at, kind, label })),
})

/** For how many seconds a column stands at most. */
const eachOf = ({ columns }: Timeline): number => Math.max(1, ...columns.map(({ seconds }) => seconds))

function timeWords(line: Timeline): string {
  const { seconds, stretches } = line
  const units =
    stretches.length === 1
      ? 'one unit of load'
      : `${stretches.length} units of load, end to end: at each thin line one ends, and what lay between them is left out`
  const each = eachOf(line)
  const coarse =
    each === 1
      ? ''
      : ` A point stands for up to ${each} seconds, and shows the worst of them, so that no spike is smoothed away.`
  return `Pictures over time show ${duration(seconds * 1_000_000)} under load, in ${units}.${coarse}`
}

function momentList(happened: readonly Moment[]): Markup {
  if (happened.length === 0) return nothing
  const rest = happened.length - momentsShown
  return markup`<p>What happened meanwhile, marked in the pictures:</p>
<ul class="moments">${happened.slice(0, momentsShown).map(({ at, text }) => markup`<li><b>${moment(at)}</b> ${text}</li>`)}</ul>
${rest > 0 ? markup`<p class="quiet">… and ${rest} more, in events.ndjson.</p>` : nothing}`
}

function group(subject: Subject, line: Timeline, open: boolean): Markup {
  const name = `${subject.metric} · ${subject.outcome}`
  const fault = subject.fault === undefined ? nothing : markup` <b class="bad">✗ ${subject.fault}</b>`
  return markup`<details class="subject"${open ? markup` open` : nothing}><summary><h4>${name}</h4>${fault} <span class="quiet">${inShort(subject)}</span></summary>
${percentileTable(subject, name)}
<div class="charts">${percentileChart(subject, name)}
${timeFigure(subject, line, name)}
${heatFigure(subject, line, name)}</div></details>
`
}

/** `p50 8.1 → 8.2 ms, p90 41.2 → 47.0 ms, 1,998 samples`. */
function inShort({ whole, samples }: Subject): string {
  const told = [0.5, 0.9].map((share) => {
    const figures = arms.flatMap((arm) => {
      const latency = whole[arm]
      return latency === undefined ? [] : [duration(latency.quantile(share))]
    })
    return `p${share * 100} ${figures.join(' → ')}`
  })
  return [...told, plural(samples, 'sample')].join(', ')
}

function timeFigure(subject: Subject, line: Timeline, name: string): Markup {
  const plot = overTime(subject, line)
  const worst = arms.flatMap((arm) => {
    const found = worstSecond(subject, arm, line)
    return found === undefined ? [] : [`${arm} ${duration(found.p99)} at ${moment(found.at)}`]
  })
  const each = eachOf(line) === 1 ? 'each second' : 'the worst second of each point'
  const said = `${name}: p50, p90 and p99 of ${each}, from the lowest line to the highest, on a logarithmic scale. ${legend(plot.lines.map(({ arm }) => arm))} Highest p99 of a second: ${worst.join(', ')}.`
  return figure(plot, `${name}: latency over time`, markup`${said}`)
}

function heatFigure(subject: Subject, line: Timeline, name: string): Markup {
  const plot = heat(subject, line)
  const bounds = levels.map((least, at) => {
    const next = levels[at + 1]
    const text =
      next === undefined
        ? `${limit(least, 'share')} and more`
        : least === 0
          ? `below ${limit(next, 'share')}`
          : `${limit(least, 'share')} to ${limit(next, 'share')}`
    return markup`<li><i class="swatch h${at + 1}"></i>${text}</li> `
  })
  const samples = count(subject.samples)
  return figure(
    plot,
    `${name}: heat map`,
    markup`${name}: how many of the ${samples} samples took how long, and when. A cell with a colour holds at least one; the colour says which share of its second:
<ul class="swatches">${bounds}</ul>`,
  )
}
