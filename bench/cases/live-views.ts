import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { cores, pinned, startProgram } from '../frame/child.js'
import type { ViewsFigures } from '../frame/live-views-figures.js'
import { startTarget } from '../frame/phoenix-target.js'
import { median } from '../frame/rounds.js'

const views = 10_000
const seconds = 15

/** Throws an Error when the target did not keep its pace, or a diff was not heard or not applied. */
const check = ({ sent, heard, told, ticks: [fewest, most] }: ViewsFigures): void => {
  const due = views * seconds
  if (told.count < due * 0.98) throw new Error(`${told.count} diffs were timed in ${seconds} s, not ${due}`)
  if (heard !== sent) throw new Error(`the target sent ${sent} diffs, and ${heard} were heard`)
  if (fewest < Math.floor(sent / views) || most > Math.ceil(sent / views))
    throw new Error(`pages show ${fewest} to ${most} diffs; the target sent ${sent / views} to each`)
}

const once = async (): Promise<ViewsFigures> => {
  const target = await startTarget()
  const child = startProgram('live-views', cores.generator, [target.url, String(views), String(seconds)])
  try {
    const figures = (await child.answer()) as ViewsFigures
    check(figures)
    return figures
  } finally {
    await child.stop()
    await target.stop()
  }
}

const measure = async ({ rounds, log }: BenchContext): Promise<Row[]> => {
  const all: ViewsFigures[] = []
  for (let round = 0; round < rounds; round += 1) {
    const figures = await once()
    log(JSON.stringify(figures))
    all.push(figures)
  }
  const row = (of: (figures: ViewsFigures) => number): Pick<Row, 'ours' | 'spread'> => {
    const values = all.map(of)
    return { ours: median(values), spread: [Math.min(...values), Math.max(...values)] }
  }
  const note = [
    `${views} views with their trees, each in a second of its own; every diff heard, timed from the instant that it names, and merged; all processes of the generator`,
    pinned,
  ]
  return [
    {
      id: 'live-views.memory',
      what: '10,000 LiveViews, a diff a second to each: memory',
      unit: 'MB',
      ...row(({ rss }) => rss / 1e6),
      goal: { atMost: 400 },
      note: note.filter((part) => part !== undefined).join('; '),
    },
    {
      id: 'live-views.delay',
      what: 'event-loop delay p99',
      unit: 'ms',
      ...row(({ delay }) => delay.p99 / 1_000),
      goal: { atMost: 20 },
    },
    { id: 'live-views.cpu', what: 'CPU of one core', unit: '%', ...row(({ cpu }) => cpu * 100) },
    {
      id: 'live-views.told.p99',
      what: 'commit to arrival of a diff, p99',
      unit: 'ms',
      ...row(({ told }) => told.p99 / 1_000),
    },
  ]
}

export const liveViews: Bench = {
  name: 'live-views',
  about: `${views} LiveViews on one core, each hearing a diff a second: memory, event-loop delay, CPU`,
  run: measure,
}
