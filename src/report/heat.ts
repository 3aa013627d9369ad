import type { Distribution } from '../model/artefact.js'
import type { HeatPlot } from './plot-data.js'
import type { Subject } from './subjects.js'
import { arms, type Timeline } from './timeline.js'

/** Rows that still are as high as a finger is wide; base 36 has a sign for each. */
const mostRows = 36
const rowsADecade = [10, 8, 5, 4, 3, 2, 1]

/** From which share of a column's samples on a cell has the next level: one that has any is never left empty. */
export const levels = [0, 0.01, 0.03, 0.1, 0.3] as const

/** How many of the samples of each column took how long, both arms on the same rows, which grow by a constant factor. */
export function heat(subject: Subject, { columns, place }: Timeline): HeatPlot {
  const edges = edgesOf(arms.flatMap((arm) => subject.whole[arm] ?? []))
  return {
    kind: 'heat',
    edges,
    arms: arms.flatMap((arm) => {
      const seconds = subject.seconds[arm]
      if (seconds === undefined) return []
      const counts = columns.map(() => edges.slice(1).map(() => 0))
      for (const { second, latency } of seconds) {
        const column = counts[place[arm].get(second) ?? -1]
        if (column === undefined) continue
        for (const [row, count] of rowCounts(latency, edges).entries())
          column[row] = (column[row] ?? 0) + count
      }
      return [{ arm, columns: counts.map(levelsOf) }]
    }),
  }
}

/** Bounds that hold every sample, on a grid of decades, as fine as there is room for. */
function edgesOf(all: readonly Distribution[]): readonly number[] {
  const lowest = Math.max(1, Math.min(...all.map((one) => one.quantile(0))))
  const highest = Math.max(lowest, ...all.map((one) => one.quantile(1)))
  const grid = rowsADecade.map((rows) => ({
    rows,
    from: Math.floor(Math.log10(lowest) * rows),
    to: Math.floor(Math.log10(highest) * rows) + 1,
  }))
  const { rows, from, to } = grid.find((one) => one.to - one.from <= mostRows) ?? { rows: 1, from: 0, to: 10 }
  return Array.from({ length: to - from + 1 }, (_, at) => Math.round(10 ** ((from + at) / rows)))
}

function rowCounts(latency: Distribution, edges: readonly number[]): readonly number[] {
  const [fastest, slowest] = [latency.quantile(0), latency.quantile(1)]
  // What lies on an edge belongs to the row above it. Whole samples, which add up to all of them.
  const above = edges.map((edge) => {
    if (edge <= fastest) return latency.count
    return edge > slowest ? 0 : Math.round(latency.count * latency.shareAbove(edge - 1))
  })
  return above.slice(1).map((more, at) => (above[at] ?? 0) - more)
}

function levelsOf(counts: readonly number[]): string {
  const all = counts.reduce((sum, count) => sum + count, 0)
  const first = counts.findIndex((count) => count > 0)
  if (first < 0) return ''
  const last = counts.findLastIndex((count) => count > 0)
  const level = (count: number): number =>
    count <= 0 ? 0 : levels.filter((least) => count / all >= least).length
  return (
    first.toString(36) +
    counts
      .slice(first, last + 1)
      .map(level)
      .join('')
  )
}
