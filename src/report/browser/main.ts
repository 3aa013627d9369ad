import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Axis, Plot } from '../plot-data.js'
import { drawHeat } from './heat.js'
import { drawStack } from './stack.js'
import { drawTime } from './time.js'

// Draws each picture when it comes into sight, so that a long run costs nothing until it is looked at.

/** Widest that a picture may be on paper: A4 within its margins, pixels. */
const paper = 660

const drawn = new Map<HTMLElement, readonly uPlot[]>()
const root = document.documentElement
let printing = false

const dataOf = (within: Element | null, kind: string): unknown =>
  JSON.parse(within?.querySelector(`:scope > script.${kind}-data`)?.textContent ?? 'null')

function draw(figure: HTMLElement): void {
  const host = figure.querySelector<HTMLElement>('.plot')
  const axis = dataOf(figure.closest('.pictures'), 'axis') as Axis | null
  const plot = dataOf(figure, 'plot') as Plot | null
  if (host === null || axis === null || plot === null) return
  for (const old of drawn.get(figure) ?? []) old.destroy()
  host.replaceChildren()
  const output = figure.querySelector('output')
  const say = (text: string): void => {
    if (output !== null) output.textContent = text
  }
  const width = Math.max(200, printing ? Math.min(paper, host.clientWidth) : host.clientWidth)
  const plots =
    plot.kind === 'time'
      ? drawTime(plot, axis, host, width, say)
      : plot.kind === 'heat'
        ? drawHeat(plot, axis, host, width, say)
        : drawStack(plot, axis, host, width, say)
  drawn.set(figure, plots)
}

/** A picture is a stop of the Tab key; arrow keys, Home and End move its cursor, and what it stands on is read out. */
function readable(figure: HTMLElement, index: number): void {
  const host = figure.querySelector<HTMLElement>('.plot')
  if (host === null) return
  host.id = `plot-${index}`
  host.tabIndex = 0
  host.setAttribute('role', 'img')
  host.setAttribute('aria-label', `${figure.dataset['name'] ?? ''}. Arrow keys read it out.`)
  let row = -1
  host.addEventListener('keydown', (event) => {
    const [plot] = drawn.get(figure) ?? []
    const x = plot?.data[0]
    if (plot === undefined || x === undefined) return
    const last = x.length - 1
    const wanted: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, row - 1),
      ArrowRight: Math.min(last, row + 1),
      Home: 0,
      End: last,
    }
    const next = wanted[event.key]
    if (next === undefined) return
    event.preventDefault()
    row = next
    plot.setCursor({ left: plot.valToPos(x[row] ?? 0, 'x'), top: 10 })
  })
}

const figures = [...document.querySelectorAll<HTMLElement>('figure.drawn')]
root.classList.add('js')
for (const [index, figure] of figures.entries()) readable(figure, index)

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting && target instanceof HTMLElement && !drawn.has(target)) draw(target)
  },
  { rootMargin: '300px' },
)
for (const figure of figures) seen.observe(figure)

const redraw = (): void => {
  for (const figure of drawn.keys()) draw(figure)
}
let width = innerWidth
addEventListener('resize', () => {
  // The height changes with each bar of a phone's browser.
  if (innerWidth === width || printing) return
  width = innerWidth
  redraw()
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)

const print = (on: boolean): void => {
  printing = on
  root.classList.toggle('printing', on)
  // What is folded away is not printed.
  for (const figure of figures) if (drawn.has(figure) || figure.offsetParent !== null) draw(figure)
}
addEventListener('beforeprint', () => print(true))
addEventListener('afterprint', () => print(false))

// Tables that are wider than the window can be scrolled with the arrow keys.
const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!(target instanceof HTMLElement)) continue
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0
    else target.removeAttribute('tabindex')
  }
})
for (const box of document.querySelectorAll('.scroll')) boxes.observe(box)
