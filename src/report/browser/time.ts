import type uPlot from 'uplot'
import type { Axis, TimePlot } from '../plot-data.js'
import { moment } from '../format.js'
import { frame, logMarks, micros } from './frame.js'
import { colour } from './palette.js'

const lines = [
  { name: 'p50', width: 1 },
  { name: 'p90', width: 2 },
  { name: 'p99', width: 1 },
] as const

type Values = readonly (number | null)[]

/** Three lines an arm on a logarithmic scale, broken where a unit begins. */
export function drawTime(
  { lines: arms }: TimePlot,
  axis: Axis,
  host: HTMLElement,
  width: number,
  say: (text: string) => void,
): readonly uPlot[] {
  // A row without values before each unit parts the lines.
  const rows = axis.at.flatMap((_, column) => (axis.breaks.includes(column) ? [-1, column] : [column]))
  const x = rows.map((column, row) => {
    const next = column < 0 ? (rows[row + 1] ?? 0) : column
    return (axis.at[next] ?? 0) + (column < 0 ? 0 : (axis.each[next] ?? 1) / 2)
  })
  const drawn = arms.flatMap((one) => lines.map((line) => ({ arm: one.arm, line, values: one[line.name] })))
  const spread = (values: Values): (number | null)[] => rows.map((column) => values[column] ?? null)
  const all = drawn.flatMap(({ values }) => values.filter((value) => value !== null))
  // A tenth more at each end, so that no line runs along the edge.
  const lowest = Math.max(1, Math.min(...all) / 1.1)
  const highest = Math.max(10, ...all) * 1.1
  const plot = frame({
    host,
    width,
    height: 250,
    axis,
    cursor: host.id,
    data: [x, ...drawn.map(({ values }) => spread(values))],
    series: drawn.map(({ arm, line }) => ({
      stroke: colour(arm),
      width: line.width,
      ...(arm === 'control' ? { dash: [6, 4] } : {}),
      points: { show: rows.length < 80, size: 3, fill: colour(arm) },
    })),
    y: { distr: 3, range: [lowest, highest], marks: logMarks(lowest, highest), say: micros },
    right: 34,
    draw: (self) => names(self, drawn),
    onRead: (row) => {
      const column = rows[row] ?? -1
      if (column < 0) return
      const said = arms.map(
        (one) => `${one.arm} ${lines.map(({ name }) => `${name} ${micros(one[name][column])}`).join(', ')}`,
      )
      say(`${moment(axis.at[column] ?? 0)}: ${said.join('; ')}`)
    },
  })
  return [plot]
}

/** The percentile's name at the end of the lines of the last arm, which lies on top. */
function names(plot: uPlot, drawn: readonly { readonly line: { readonly name: string } }[]): void {
  const { ctx: pen, bbox } = plot
  pen.save()
  pen.fillStyle = colour('ink')
  pen.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  let above = Infinity
  for (const [at, { line }] of [...drawn.entries()].slice(-lines.length)) {
    const last = [...(plot.data[at + 1] ?? [])].findLast((value) => typeof value === 'number')
    if (typeof last !== 'number') continue
    const y = Math.min(plot.valToPos(last, 'y', true), above - 12 * devicePixelRatio)
    pen.fillText(line.name, bbox.left + bbox.width + 5 * devicePixelRatio, y)
    above = y
  }
  pen.restore()
}
