import { perSecond, seconds } from '../../src/model/time.js'
import { startsOf } from '../../src/schedule/starts.js'
import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { getOf, warmUp } from '../frame/get.js'
import type { BenchLoad } from '../frame/load.js'
import { measure, trouble, type Measured } from '../frame/measured.js'
import { exactQuantiles, levels, type Quantiles } from '../frame/quantiles.js'
import { startTarget } from '../frame/target.js'
import { farthest } from '../queue/agreement.js'
import { capacityOf, lawOf, type LawKind, type LawOptions } from '../queue/law.js'
import { sojourns } from '../queue/truth.js'

const laws: Readonly<Record<LawKind, string>> = {
  constant: 'M/D/1',
  exponential: 'M/M/1',
  stalling: 'stalls 100 ms every 2 s',
  doubling: 'doubles its service time half-way',
}
const loads = [0.1, 0.5, 0.8, 0.95]
const seed = 'truth'
const mean = 2_000
const openSeconds = 10
const closedSeconds = 4
const users = 8
const disturbed = 1_000

const ms = (micros: number): string => (micros / 1_000).toFixed(micros < 10_000 ? 2 : 1)
const serving = getOf('/serve/{n}')

/** Opens connections; the queue sees nothing of it. */
const connect = (url: string): BenchLoad => ({
  url,
  ...getOf('/at-once/{n}'),
  starts: Array.from({ length: 64 }, () => 0),
  burst: true,
})

/** One load on a fresh target: what we say of it, and how late the target was with its own answers, microseconds. */
async function measureQueue(
  law: LawOptions,
  load: Pick<BenchLoad, 'starts' | 'closed'>,
): Promise<{ readonly measured: Measured; readonly late: number }> {
  const target = await startTarget('queue', [JSON.stringify(law)])
  try {
    const measured = await measure({
      before: [connect(target.url), warmUp(target.url, load.closed === undefined ? 3 : 1, '/practice/{n}')],
      load: { url: target.url, ...serving, ...load, timeoutSeconds: 30 },
    })
    const { late } = (await (await fetch(`${target.url}/late`)).json()) as { readonly late: number }
    return { measured, late }
  } finally {
    await target.stop()
  }
}

const quantilesOf = ({ samples }: Measured, part: 'total' | 'service'): Quantiles =>
  samples['get']?.[part]?.quantiles ?? exactQuantiles([])

/** Who was held up by the machine, said beside the figures. */
const disturbance = ({ health }: Measured, late: number): readonly string[] => [
  ...(health.lag.max > disturbed
    ? [`the generator was held up: it began up to ${ms(health.lag.max)} ms late`]
    : []),
  ...(late > disturbed
    ? [`the target was held up: it answered up to ${ms(late)} ms later than its law`]
    : []),
]

async function cell(kind: LawKind, load: number): Promise<Row> {
  const rate = capacityOf({ kind, mean, seed, half: 0 }) * load
  const starts = startsOf(
    { kind: 'open', rate: perSecond(rate), duration: seconds(openSeconds) },
    seed,
    `${kind} ${load}`,
  )
  const law: LawOptions = { kind, mean, seed, half: Math.floor(starts.length / 2) }
  const truth = exactQuantiles(sojourns(starts, lawOf(law)))
  const { measured, late } = await measureQueue(law, { starts })
  const ours = quantilesOf(measured, 'total')
  const { level, times } = farthest(ours, truth)
  const wrong = trouble(measured)

  // As many users as would give the same rate if nobody ever had to wait.
  const closed = { users, seconds: closedSeconds, think: Math.max(0, users / (rate / 1_000_000) - mean) }
  const half = Math.floor((rate * closedSeconds) / 2)
  const closedLoop = (await measureQueue({ ...law, half }, { starts: [], closed })).measured
  const service = quantilesOf(closedLoop, 'service')

  return {
    id: `truth.${kind}.${load * 100}`,
    what: `${laws[kind]}, ${load * 100} % load: farthest quantile (${level}), of what is allowed`,
    unit: '×',
    ours: wrong === undefined ? times : NaN,
    goal: { atMost: 1 },
    note: [
      `ours/truth in ms of ${starts.length}: ${levels.map((one) => `${one} ${ms(ours[one])}/${ms(truth[one])}`).join(', ')}`,
      `closed loop of ${users} users (${Math.round(closedLoop.accounting.steps.answered / closedSeconds)}/s for ${Math.round(rate)}/s): service time p99 ${ms(service.p99)} where the truth is ${ms(truth.p99)}`,
      `lag p99 ${ms(measured.health.lag.p99)}, max ${ms(measured.health.lag.max)}`,
      ...disturbance(measured, late),
      ...[wrong, trouble(closedLoop)].filter((one) => one !== undefined),
    ].join('; '),
  }
}

async function table(kind: LawKind, { log }: BenchContext): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const load of loads) {
    const row = await cell(kind, load)
    log(`${row.id}: ${row.ours.toFixed(2)} × of what is allowed; ${row.note ?? ''}`)
    rows.push(row)
  }
  return rows
}

const truth = (kind: LawKind): Bench => ({
  name: `truth.${kind}`,
  about: `reported quantiles against a queue: ${laws[kind]} (a minute, whatever the rounds)`,
  run: (context) => table(kind, context),
})

/** Our latencies beside the truth of queues with a known law. */
export const truths: readonly Bench[] = [
  truth('constant'),
  truth('exponential'),
  truth('stalling'),
  truth('doubling'),
]
