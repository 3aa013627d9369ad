import type uPlot from 'uplot'
import type { Axis, HeatPlot } from '../plot-data.js'
import { moment } from '../format.js'
import { armHosts, frame, logMarks, micros } from './frame.js'
import { colour } from './palette.js'

/** The level of each row of a column: see `HeatPlot`. */
function cellsOf(column: string): readonly { readonly row: number; readonly level: number }[] {
  const first = parseInt(column.charAt(0), 36)
  return Array.from(column.slice(1)).map((level, at) => ({ row: first + at, level: Number(level) }))
}

/** One map an arm, below each other, on the same scales. */
export function drawHeat(
  { edges, arms }: HeatPlot,
  axis: Axis,
  host: HTMLElement,
  width: number,
  say: (text: string) => void,
): readonly uPlot[] {
  const middle = axis.at.map((at, column) => at + (axis.each[column] ?? 1) / 2)
  const lowest = edges[0] ?? 1
  const highest = edges.at(-1) ?? 10
  return armHosts(host, arms).map(({ arm: { columns }, box }) =>
    frame({
      host: box,
      width: Math.min(width, box.clientWidth),
      height: 170,
      axis,
      cursor: host.id,
      data: [middle, middle.map(() => null)],
      series: [{ show: true }],
      y: {
        distr: 3,
        range: [lowest, highest],
        marks: logMarks(lowest, highest),
        say: micros,
      },
      draw: (plot) => cells(plot, columns, edges, axis),
      onRead: (row) => {
        if (row < 0) return
        const said = arms.map((one) => `${one.arm} ${words(one.columns[row] ?? '', edges)}`)
        say(`${moment(axis.at[row] ?? 0)}: ${said.join('; ')}`)
      },
    }),
  )
}

function cells(plot: uPlot, columns: readonly string[], edges: readonly number[], axis: Axis): void {
  const { ctx: pen } = plot
  const inks = [1, 2, 3, 4, 5].map((level) => colour(`h${level}`))
  const y = edges.map((edge) => Math.round(plot.valToPos(edge, 'y', true)))
  pen.save()
  for (const [at, column] of columns.entries()) {
    const from = axis.at[at] ?? 0
    const left = Math.round(plot.valToPos(from, 'x', true))
    const right = Math.round(plot.valToPos(from + (axis.each[at] ?? 1), 'x', true))
    for (const { row, level } of cellsOf(column)) {
      if (level === 0) continue
      pen.fillStyle = inks[level - 1] ?? ''
      const top = y[row + 1] ?? 0
      pen.fillRect(left, top, Math.max(1, right - left), (y[row] ?? 0) - top)
    }
  }
  pen.restore()
}

/** `8 ms to 31 ms, most from 10 ms`. */
function words(column: string, edges: readonly number[]): string {
  const found = cellsOf(column).filter(({ level }) => level > 0)
  const [first] = found
  if (first === undefined) return 'nothing'
  const most = found.reduce((best, cell) => (cell.level > best.level ? cell : best), first)
  const last = found.at(-1) ?? first
  return `${micros(edges[first.row])} to ${micros(edges[last.row + 1])}, most from ${micros(edges[most.row])}`
}
