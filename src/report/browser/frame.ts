import uPlot from 'uplot'
import { limit } from '../format.js'
import type { Axis } from '../plot-data.js'
import { colour } from './palette.js'

/** A plot into which somebody else draws: axes, the lines of units and of what happened, a cursor. */
export interface Frame {
  readonly host: HTMLElement
  readonly width: number
  readonly height: number
  readonly axis: Axis
  /** Name of the cursor that the plots of one figure share. */
  readonly cursor: string
  readonly data: uPlot.AlignedData
  readonly series: readonly uPlot.Series[]
  readonly y: Pick<uPlot.Scale, 'distr' | 'log' | 'range'> & { readonly values: uPlot.Axis.Values }
  /** Room at the right, pixels. */
  readonly right?: number
  readonly draw: (plot: uPlot) => void
  /** The row of the data under the cursor. */
  readonly onRead: (row: number) => void
}

const font = '11px system-ui, sans-serif'

export const seconds = (value: number): string => limit(value * 1_000_000, 'us')
export const micros = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : limit(value, 'us')

export function frame({
  host,
  width,
  height,
  axis,
  cursor,
  data,
  series,
  y,
  right = 12,
  draw,
  onRead,
}: Frame): uPlot {
  const { values, ...scale } = y
  const side = (size: number): uPlot.Axis => ({
    stroke: colour('soft'),
    font,
    size,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
  })
  return new uPlot(
    {
      width,
      height,
      padding: [axis.moments.length > 0 ? 16 : 8, right, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false }, sync: { key: cursor } },
      scales: { x: { time: false, range: [0, axis.seconds] }, y: scale },
      axes: [
        { ...side(30), space: 76, values: (_, splits) => splits.map(seconds) },
        { ...side(58), values },
      ],
      series: [{}, ...series],
      hooks: {
        draw: [draw, (plot) => marks(plot, axis)],
        setCursor: [(plot) => onRead(plot.cursor.idx ?? -1)],
      },
    },
    data,
    host,
  )
}

/** Thin lines between units; dashed ones with a word where something happened. */
function marks(plot: uPlot, { at, breaks, moments }: Axis): void {
  const { ctx: pen, bbox } = plot
  const across = (x: number): number => Math.round(plot.valToPos(x, 'x', true))
  const ratio = devicePixelRatio
  const vertical = (x: number): void => {
    pen.beginPath()
    pen.moveTo(x, bbox.top)
    pen.lineTo(x, bbox.top + bbox.height)
    pen.stroke()
  }
  pen.save()
  pen.lineWidth = ratio
  pen.strokeStyle = colour('soft')
  pen.globalAlpha = 0.45
  for (const column of breaks) vertical(across(at[column] ?? 0))
  pen.globalAlpha = 1
  pen.font = `${10 * ratio}px system-ui, sans-serif`
  pen.textBaseline = 'bottom'
  pen.setLineDash([2 * ratio, 3 * ratio])
  let free = -Infinity
  for (const { at: moment, kind, label } of moments) {
    const x = across(moment)
    pen.strokeStyle = pen.fillStyle = colour(kind === 'fault' ? 'bad' : 'ink')
    vertical(x)
    // A word that would lie on the one before is in the list only.
    const wide = pen.measureText(label).width
    const left = Math.min(x, bbox.left + bbox.width - wide)
    if (left < free) continue
    pen.fillText(label, left, bbox.top - 2 * ratio)
    free = left + wide + 6 * ratio
  }
  pen.restore()
}
