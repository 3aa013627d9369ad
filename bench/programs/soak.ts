import { createNativeEngine } from '../../src/engine/native/index.js'
import { HistogramCounts } from '../../src/histogram/histogram.js'
import { cpuOfFamily } from '../frame/family.js'
import { memoryOf } from '../frame/child.js'
import { getOf } from '../frame/get.js'
import { planOf } from '../frame/load.js'
import '../frame/until-parent-ends.js'
import type { Minute, SoakEnd, SoakOrder } from '../soak/minute.js'

// `soak ORDER`: our engine at one rate for a long time. Prints a line of JSON for each minute, and one at the end.

const { url, rate, minutes } = JSON.parse(process.argv[2] ?? '') as SoakOrder
const say = (line: Minute | SoakEnd): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const lag = new HistogramCounts()
const total = new HistogramCounts()
let minute = 0

const take = (counts: HistogramCounts): { p50: number; p99: number; max: number; count: number } => {
  const all = counts.take()
  return { p50: all.quantile(0.5), p99: all.quantile(0.99), max: all.max, count: all.count }
}

const report = (): void => {
  minute += 1
  let workers = 0
  for (const pid of cpuOfFamily(process.pid).keys()) if (pid !== process.pid) workers += memoryOf(pid)
  say({ minute, workers, main: memoryOf(process.pid), lag: take(lag), total: take(total) })
}

const { plan, remove } = planOf({
  url,
  ...getOf('/at-once/{n}'),
  starts: Array.from({ length: rate * 60 * minutes }, (_, n) => Math.floor((n * 1_000_000) / rate)),
})
const engine = createNativeEngine()
try {
  const { arms, cutShort } = await engine.run(
    plan,
    {
      interval: ({ metric, part, second, values }) => {
        if (metric !== 'whole' || (part !== 'lag' && part !== 'total')) return
        // Seconds are handed on in order, so the first of a minute closes the one before.
        if (part === 'total' && second >= (minute + 1) * 60) report()
        for (const value of values) (part === 'lag' ? lag : total).add(value)
      },
      receipt: () => {},
      event: () => {},
      exemplar: () => {},
      progress: () => {},
    },
    new AbortController().signal,
  )
  report()
  const { intended = NaN, started = NaN, steps } = arms.candidate ?? {}
  say({ intended, started, answered: steps?.answered ?? NaN, cutShort })
} finally {
  await engine.close()
  remove()
}
