import { perSecond, seconds } from '../../src/model/time.js'
import { startsOf } from '../../src/schedule/starts.js'
import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { cores, startProgram } from '../frame/child.js'
import { getOf, warmUp } from '../frame/get.js'
import { measure, trouble, type Measured } from '../frame/measured.js'
import { alone, median } from '../frame/rounds.js'
import { startTarget } from '../frame/target.js'

/** Starts a second, and for how many seconds. */
const rates = [
  [100, 5],
  [1_000, 5],
  [5_000, 4],
  [20_000, 3],
] as const
const ms = (micros: number): number => micros / 1_000

async function once(url: string, rate: number, length: number): Promise<Measured> {
  const starts = startsOf(
    { kind: 'constant', rate: perSecond(rate), duration: seconds(length) },
    'bench',
    'main',
  )
  return measure({ before: [warmUp(url)], load: { url, ...getOf('/at-once/{n}'), starts } })
}

/** How late a bare spin sees such instants on the generator's core, p99, microseconds. */
async function floor(rate: number, length: number): Promise<number> {
  const spin = startProgram('spin', cores.generator, [String(rate), String(length)])
  try {
    return ((await spin.answer()) as { readonly p99: number }).p99
  } finally {
    await spin.stop()
  }
}

async function rowOf(url: string, rate: number, length: number, { rounds, log }: BenchContext): Promise<Row> {
  const all: Measured[] = []
  const floors: number[] = []
  const figures = await alone(rounds, async () => {
    const measured = await once(url, rate, length)
    all.push(measured)
    floors.push(await floor(rate, length))
    return trouble(measured) === undefined ? ms(measured.health.lag.p99) : NaN
  })
  log(`${rate}/s: lag p99 ${figures.ours} ms`)
  const lags = all.map(({ health }) => health.lag)
  const wrong = all.flatMap((measured) => trouble(measured) ?? [])
  return {
    id: `schedule.${rate}`,
    what: `${rate} starts a second: actual after intended start, p99`,
    unit: 'ms',
    ...figures,
    ...(rate === 1_000 ? { goal: { atMost: 0.1 } } : {}),
    note: [
      `p50 ${ms(median(lags.map(({ p50 }) => p50)))} ms, max ${ms(median(lags.map(({ max }) => max)))} ms (medians of ${rounds} rounds of ${length} s)`,
      `a bare spin that only waits, by turns on the same core: p99 ${ms(median(floors))} ms (${ms(Math.min(...floors))}–${ms(Math.max(...floors))})`,
      `a worker's CPU without its spin ${median(all.map(({ health }) => health.cpu * 100)).toFixed(0)} %`,
      ...wrong,
    ].join('; '),
  }
}

/** How far journeys begin from where they were to begin, as the engine's own health has it. */
export const schedule: Bench = {
  name: 'schedule',
  about: 'deviation of actual from intended starts at four constant rates',
  run: async (context) => {
    const target = await startTarget('queue')
    const rows: Row[] = []
    try {
      for (const [rate, length] of rates) rows.push(await rowOf(target.url, rate, length, context))
    } finally {
      await target.stop()
    }
    return rows
  },
}
