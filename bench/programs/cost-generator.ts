import { createNativeEngine } from '../../src/engine/native/index.js'
import type { Accounting } from '../../src/model/engine.js'
import { Samples } from '../../src/store/samples.js'
import { cpuOf } from '../frame/child.js'
import { cpuOfFamily } from '../frame/family.js'
import { planOf, type BenchLoad } from '../frame/load.js'
import '../frame/until-parent-ends.js'
import { cpuSince, warmSeconds, type Figures, type Order } from '../peers/generator.js'
import { connections, ourLoads, requestsOf } from '../peers/loads.js'

// `cost-generator ORDER`: our engine with all that it does in a gate: schedule, parts, interval log. Its CPU is that of this
// process and of its worker, from the reading of the plan to the last line of the log.

const { url, target, load, seconds, rate: wanted } = JSON.parse(process.argv[2] ?? '') as Order
const engine = createNativeEngine()

const since = (before: ReadonlyMap<number, number>): { readonly main: number; readonly all: number } => {
  let all = 0
  for (const [pid, used] of cpuOfFamily(process.pid)) all += used - (before.get(pid) ?? 0)
  return { main: cpuOf(process.pid) - (before.get(process.pid) ?? 0), all }
}

/** The journeys, all of which must have gone well. */
const check = ({ arms, cutShort }: Accounting): number => {
  const { intended = NaN, notStarted, steps, errors } = arms.candidate ?? {}
  if (
    steps?.answered === intended * requestsOf[load] &&
    notStarted === 0 &&
    errors?.length === 0 &&
    !cutShort
  )
    return intended
  throw new Error(`the load went wrong: ${JSON.stringify({ intended, notStarted, steps, errors, cutShort })}`)
}

/** `able`: a closed load of as many users as there are connections, which tells what it can do. */
const plans = {
  able: (time: number): Pick<BenchLoad, 'starts' | 'closed'> => ({
    starts: [],
    closed: { users: connections, seconds: time },
  }),
  open: (perSecond: number, time: number): Pick<BenchLoad, 'starts'> => ({
    starts: Array.from({ length: Math.round(perSecond * time) }, (_, n) =>
      Math.floor((n * 1_000_000) / perSecond),
    ),
  }),
}

const run = async (what: Pick<BenchLoad, 'starts' | 'closed'>): Promise<Figures> => {
  const { plan, remove } = planOf({ url, connections, ...what, ...ourLoads[load] })
  const samples = new Samples()
  const before = cpuOfFamily(process.pid)
  const targetUsed = cpuSince(target)
  try {
    const accounting = await engine.run(
      plan,
      {
        interval: (interval) => samples.add(interval.second, 0, interval),
        receipt: () => {},
        event: () => {},
        exemplar: () => {},
        progress: () => {},
      },
      new AbortController().signal,
    )
    const targetCpu = targetUsed()
    samples.takeLines()
    const { main, all } = since(before)
    const journeys = check(accounting)
    return {
      journeys,
      cpu: all,
      seconds: (accounting.arms.candidate?.drain.main ?? NaN) / 1_000_000,
      targetCpu,
      work: main + accounting.health.cpu * accounting.elapsed,
    }
  } finally {
    remove()
  }
}

const reached = ({ journeys, seconds: time }: Figures): number => journeys / time
const holds = (figures: Figures, rate: number): boolean => reached(figures) > rate * 0.99

/** The highest rate that it holds, from above in small steps: on schedule to the end, and next to no time to spin. */
const atMost = async (): Promise<Figures> => {
  for (let tried = reached(await run(plans.able(warmSeconds))); tried > 1_000; tried *= 0.95) {
    if (!holds(await run(plans.open(tried, 1)), tried)) continue
    const done = await run(plans.open(tried, seconds))
    if (holds(done, tried)) return done
  }
  throw new Error('the generator holds not even 1,000 journeys a second on this machine')
}

const atRate = async (perSecond: number): Promise<Figures> => {
  await run(plans.open(perSecond, 1))
  return run(plans.open(perSecond, seconds))
}

try {
  const done = wanted === undefined ? await atMost() : await atRate(wanted)
  process.stdout.write(`${JSON.stringify(done)}\n`)
} finally {
  await engine.close()
}
