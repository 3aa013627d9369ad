import type uPlot from 'uplot'
import { moment, share } from '../format.js'
import type { Axis, StackPlot } from '../plot-data.js'
import { armHosts, frame } from './frame.js'
import { colour, hatched } from './palette.js'

/** Shares of outcomes, one picture an arm; each has a pattern besides its colour. */
export function drawStack(
  { outcomes, arms }: StackPlot,
  axis: Axis,
  host: HTMLElement,
  width: number,
  say: (text: string) => void,
): readonly uPlot[] {
  const middle = axis.at.map((at, column) => at + (axis.each[column] ?? 1) / 2)
  return armHosts(host, arms).map(({ arm: { columns }, box }) =>
    frame({
      host: box,
      width: Math.min(width, box.clientWidth),
      height: 130,
      axis,
      cursor: host.id,
      data: [middle, middle.map(() => null)],
      series: [{ show: true }],
      y: { distr: 1, range: [0, 1], marks: [0, 0.25, 0.5, 0.75, 1], say: (at) => `${at * 100} %` },
      draw: (plot) => layers(plot, columns, outcomes, axis),
      onRead: (row) => {
        if (row < 0) return
        const said = arms.map((one) => `${one.arm} ${words(one.columns[row] ?? [], outcomes)}`)
        say(`${moment(axis.at[row] ?? 0)}: ${said.join('; ')}`)
      },
    }),
  )
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

function layers(
  plot: uPlot,
  columns: readonly (readonly number[])[],
  outcomes: readonly string[],
  axis: Axis,
): void {
  const { ctx: pen } = plot
  const fills = outcomes.map((outcome, at) =>
    outcome === 'error' ? hatched(5, colour('bad')) : hatched(at, colour(`o${at}`)),
  )
  pen.save()
  for (const [at, counts] of columns.entries()) {
    const from = axis.at[at] ?? 0
    const left = Math.round(plot.valToPos(from, 'x', true))
    const right = Math.round(plot.valToPos(from + (axis.each[at] ?? 1), 'x', true))
    const all = sum(counts)
    let below = 0
    for (const [outcome, count] of counts.entries()) {
      if (count === 0) continue
      const bottom = plot.valToPos(below / all, 'y', true)
      below += count
      const top = plot.valToPos(below / all, 'y', true)
      pen.fillStyle = fills[outcome] ?? ''
      // What is rare is drawn too.
      pen.fillRect(left, Math.min(top, bottom - 1), Math.max(1, right - left), Math.max(1, bottom - top))
    }
  }
  pen.restore()
}

function words(counts: readonly number[], outcomes: readonly string[]): string {
  const all = sum(counts)
  if (all === 0) return 'nothing'
  return outcomes
    .flatMap((outcome, at) => (counts[at] ? [`${outcome} ${share(counts[at] / all)}`] : []))
    .join(', ')
}
