import uPlot from 'uplot'
import { limit, moment } from '../format.js'
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
  /** The vertical scale, where its marks lie and how they read. */
  readonly y: {
    readonly distr: 1 | 3
    readonly range: readonly [number, number]
    readonly marks: readonly number[]
    readonly say: (value: number) => string
  }
  /** Room at the right, pixels. */
  readonly right?: number
  readonly draw: (plot: uPlot) => void
  /** The row of the data under the cursor. */
  readonly onRead: (row: number) => void
}

/** A box for the plot of each arm, with its name above. All are made first, since their widths depend on how many there are. */
export function armHosts<T extends { readonly arm: string }>(
  host: HTMLElement,
  arms: readonly T[],
): readonly { readonly arm: T; readonly box: HTMLElement }[] {
  return arms.map((arm) => {
    const box = document.createElement('div')
    const name = document.createElement('p')
    name.textContent = arm.arm
    box.append(name)
    host.append(box)
    return { arm, box }
  })
}

/** Steps of the axis of time that people count in, seconds. */
const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400]

const font = '11px system-ui, sans-serif'

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
  right = 22,
  draw,
  onRead,
}: Frame): uPlot {
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
      scales: {
        x: { time: false, range: [0, axis.seconds] },
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- uPlot's enum is in its types only
        y: { distr: y.distr, log: 10, range: [...y.range] },
      },
      axes: [
        {
          ...side(30),
          space: 76,
          incrs: [...steps],
          grid: { show: false },
          values: (_, splits) => splits.map(moment),
        },
        {
          ...side(58),
          splits: () => [...y.marks],
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map((at) => y.say(at)),
        },
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
  pen.textAlign = 'left'
  pen.textBaseline = 'bottom'
  pen.setLineDash([2 * ratio, 3 * ratio])
  let free = -Infinity
  for (const { at: when, kind, label } of moments) {
    const x = across(when)
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

/** Marks of a logarithmic scale, 1, 2 and 5 of each decade within two bounds, or the decades alone where that is crowded. */
export function logMarks(from: number, to: number): readonly number[] {
  const decades = Math.ceil(Math.log10(to)) - Math.floor(Math.log10(from)) + 1
  const lowest = Math.floor(Math.log10(from))
  const within = (factors: readonly number[]): readonly number[] =>
    Array.from({ length: decades }, (_, at) => factors.map((factor) => factor * 10 ** (lowest + at)))
      .flat()
      .filter((mark) => mark >= from && mark <= to)
  return decades > 4 ? within([1]) : within([1, 2, 5])
}
