import type { Distribution, LatencyQuery, Run } from '../model/artefact.js'
import { chart, type Chart, type Point, type Tick } from './chart.js'
import { count, limit } from './format.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'

const arms = ['control', 'candidate'] as const
/** Pictures of each kind: beyond these nobody looks, and the page would grow past a megabyte. */
const shown = 12
const enough = 20
const buckets = 200

/**
 * Latency by percentile and over time. Each picture is of one outcome, since a fast refusal would flatter a slow win;
 * the most frequent come first.
 */
export function pictures(runs: ScenarioRuns): Markup {
  const queries = subjects(runs)
  if (queries.length === 0) return nothing
  return markup`<h3>Latency by percentile</h3><div class="charts">${queries.map((query) => byPercentile(runs, query))}</div>
<h3>Latency over time</h3><div class="charts">${queries.map((query) => overTime(runs, query))}</div>`
}

interface Subject extends LatencyQuery {
  readonly outcome: string
  readonly samples: number
}

function subjects(runs: ScenarioRuns): readonly Subject[] {
  const found = new Map<string, Subject>()
  for (const arm of arms)
    for (const metric of runs[arm]?.metrics() ?? [])
      for (const outcome of runs[arm]?.outcomes(metric) ?? []) {
        const samples = runs[arm]?.latency({ metric, outcome })?.count ?? 0
        const key = `${metric}|${outcome}`
        if (outcome !== 'error')
          found.set(key, { metric, outcome, samples: samples + (found.get(key)?.samples ?? 0) })
      }
  return [...found.values()]
    .filter((one) => one.samples >= enough)
    .toSorted((a, b) => b.samples - a.samples)
    .slice(0, shown)
}

function byPercentile(runs: ScenarioRuns, subject: Subject): Markup {
  const latencies = arms.flatMap((arm) => {
    const latency = runs[arm]?.latency(query(subject))
    return latency === undefined || latency.count === 0 ? [] : [{ arm, latency }]
  })
  // Beyond the share of a single sample a percentile says nothing.
  const nines = Math.min(
    4,
    Math.max(1, Math.log10(Math.max(...latencies.map(({ latency }) => latency.count)))),
  )
  return draw({
    title: `${named(subject)}: latency at each percentile, the tail stretched`,
    x: { from: 0, to: nines, ticks: percentiles.filter((tick) => tick.at <= nines + 1e-9) },
    say,
    lines: latencies.map(({ arm, latency }) => ({ arm, points: curve(latency, nines) })),
  })
}

/** Percentiles by their distance from all, in powers of ten: 90 % is 1, 99 % is 2. */
const percentiles: readonly Tick[] = [0, 50, 90, 99, 99.9, 99.99].map((percent) => ({
  at: -Math.log10(1 - percent / 100),
  text: percent === 0 ? 'min' : `p${percent}`,
}))

function curve(latency: Distribution, nines: number): readonly Point[] {
  const points = 80
  const end = Math.min(nines, Math.log10(latency.count))
  return Array.from({ length: points + 1 }, (_, index) => {
    const x = (end * index) / points
    return { x, y: latency.quantile(1 - 10 ** -x) }
  })
}

function overTime(runs: ScenarioRuns, subject: Subject): Markup {
  const lines = arms.flatMap((arm) => {
    const run = runs[arm]
    const points = run === undefined ? [] : seconds(run, subject)
    return points.length === 0 ? [] : [{ arm, points }]
  })
  const all = lines.flatMap((line) => line.points.map((point) => point.x))
  const [from, to] = [Math.min(...all), Math.max(...all)]
  if (all.length === 0) return nothing
  const ticks = [from, Math.round((from + to) / 2), to].map((at) => ({ at, text: `${at} s` }))
  return draw({
    title: `${named(subject)}: p90 of each second under load`,
    x: { from, to, ticks: from === to ? ticks.slice(0, 1) : ticks },
    say,
    lines,
  })
}

function seconds(run: Run, subject: Subject): readonly Point[] {
  const points = run
    .series(query(subject))
    .map(({ second, latency }) => ({ x: second, y: latency.quantile(0.9) }))
  const each = Math.ceil(points.length / buckets)
  if (each <= 1) return points
  // The worst second stands for its neighbours: a spike must not be smoothed away.
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) =>
    points
      .slice(index * each, (index + 1) * each)
      .reduce((worst, point) => (point.y > worst.y ? point : worst)),
  )
}

const say = (micros: number): string => limit(micros, 'us')

const query = ({ metric, outcome }: Subject): LatencyQuery => ({ metric, outcome })

const named = ({ metric, outcome, samples }: Subject): string =>
  `${metric} · ${outcome} (${count(samples)} samples)`

function draw(one: Chart): Markup {
  return one.lines.length === 0 ? nothing : chart(one)
}
