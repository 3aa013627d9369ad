import type { Distribution } from '../model/artefact.js'
import { chart, type Point, type Tick } from './chart.js'
import { count, duration, limit } from './format.js'
import { number, table } from './html-table.js'
import { nothing, type Markup } from './markup.js'
import type { Subject } from './subjects.js'
import { arms } from './timeline.js'

/** Percentiles by their distance from all, in powers of ten: 90 % is 1, 99 % is 2. */
const percentiles: readonly Tick[] = [0, 50, 90, 99, 99.9, 99.99].map((percent) => ({
  at: -Math.log10(1 - percent / 100),
  text: percent === 0 ? 'min' : `p${percent}`,
}))

/** The usual percentiles in figures: what the pictures show, for those who cannot see them. */
export function percentileTable(subject: Subject, name: string): Markup {
  const rows = latencies(subject).map(({ arm, latency }) => ({
    cells: [
      arm,
      number(count(latency.count)),
      ...[0, 0.5, 0.9, 0.95, 0.99, 0.999, 1].map((share) => number(duration(latency.quantile(share)))),
    ],
  }))
  const head = ['', 'count', 'fastest', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'slowest']
  return table(head, rows, `${name}: latency of all measured units`)
}

/** Latency at each percentile, as HdrHistogram plots it: each further nine takes the same room. */
export function percentileChart(subject: Subject, name: string): Markup {
  const all = latencies(subject)
  if (all.length === 0) return nothing
  // Beyond the share of a single sample a percentile says nothing.
  const nines = Math.min(4, Math.max(1, Math.log10(Math.max(...all.map(({ latency }) => latency.count)))))
  return chart({
    title: `${name}: latency at each percentile, the tail stretched`,
    x: { from: 0, to: nines, ticks: percentiles.filter((tick) => tick.at <= nines + 1e-9) },
    say: (micros) => limit(micros, 'us'),
    lines: all.map(({ arm, latency }) => ({ arm, points: curve(latency, nines) })),
  })
}

function curve(latency: Distribution, nines: number): readonly Point[] {
  const points = 50
  const end = Math.min(nines, Math.log10(latency.count))
  return Array.from({ length: points + 1 }, (_, index) => {
    const x = (end * index) / points
    return { x, y: latency.quantile(1 - 10 ** -x) }
  })
}

const latencies = ({ whole }: Subject) =>
  arms.flatMap((arm) => {
    const latency = whole[arm]
    return latency === undefined || latency.count === 0 ? [] : [{ arm, latency }]
  })
