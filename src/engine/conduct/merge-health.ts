import { Histogram, mergeHistograms } from '../../histogram/histogram.js'
import type { GeneratorHealth } from '../../model/engine.js'
import type { Plan } from '../../model/plan.js'
import { micros } from '../../model/time.js'
import type { WorkerHealth } from '../journey/worker-health.js'
import type { SampleCount } from './sample-count.js'
import type { Tally } from '../journey/tally.js'

/** What the parent knows beside. */
interface Beside {
  readonly tallies: readonly Tally[]
  readonly samples: SampleCount
  readonly workersLost: number
}

/** Adds what the workers said of themselves: lags together, of the rest the worst. */
export function mergeHealth(
  plan: Plan,
  workers: readonly WorkerHealth[],
  { tallies, samples, workersLost }: Beside,
): GeneratorHealth {
  const lags = mergeHistograms(workers.map((worker) => new Histogram(worker.lags)))
  const worst = (of: (worker: WorkerHealth) => number): number => Math.max(0, ...workers.map(of))
  return {
    lag: {
      p50: micros(lags.quantile(0.5)),
      p99: micros(lags.quantile(0.99)),
      max: micros(worst((worker) => worker.longestLag)),
    },
    eventLoopDelay: {
      p99: micros(worst((worker) => worker.eventLoopDelay.p99)),
      max: micros(worst((worker) => worker.eventLoopDelay.max)),
    },
    cpu: worst((worker) => worker.cpu),
    gcPause: {
      count: workers.reduce((count, worker) => count + worker.gcPause.count, 0),
      max: micros(worst((worker) => worker.gcPause.max)),
      total: micros(workers.reduce((total, worker) => total + worker.gcPause.total, 0)),
      share: worst((worker) => worker.gcPause.share),
    },
    localErrors: tallies.reduce((total, tally) => total + tally.localErrors, 0),
    workersLost,
    longestStop: micros(worst((worker) => worker.longestStop)),
    ...ofMachine(plan, workers),
    clockStep: micros(
      workers.map(({ clockStep }) => clockStep).toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 0,
    ),
    samplesDropped: samples.dropped(tallies),
    ...waits(workers, tallies, samples.waited),
  }
}

/** Files that may be open are a fault of this machine; what an environment allows is an order, and held back by the target it is the target's. */
function waits(
  workers: readonly WorkerHealth[],
  tallies: readonly Tally[],
  waited: number,
): Pick<GeneratorHealth, 'descriptorWaits' | 'connectionWaits'> {
  const short = workers.some((worker) => worker.short)
  const begun = tallies.reduce((sum, tally) => sum + tally.begun, 0)
  const held = tallies
    .flatMap(({ errors }) => Object.values(errors))
    .reduce((sum, { reason, count }) => sum + (reason === 'timeout_behind_target' ? count : 0), 0)
  return {
    descriptorWaits: short ? waited : 0,
    connectionWaits: Math.max(short ? 0 : waited, begun === 0 ? 0 : held / begun),
  }
}

function ofMachine(
  plan: Plan,
  workers: readonly WorkerHealth[],
): Pick<GeneratorHealth, 'runQueue' | 'steal' | 'cores'> {
  const most = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined)
    return known.length === 0 ? undefined : Math.max(...known)
  }
  const runQueue = most(workers.map(({ machine }) => machine.runDelay))
  const steal = most(workers.map(({ machine }) => machine.steal))
  const busy = most(workers.map(({ machine }) => machine.busy))
  const allowed = Math.max(0, ...workers.map(({ machine }) => machine.allowed))
  const onCore = workers.reduce((sum, worker) => sum + worker.onCore, 0)
  return {
    ...(runQueue === undefined ? {} : { runQueue }),
    ...(steal === undefined ? {} : { steal }),
    ...(busy === undefined || allowed === 0
      ? {}
      : { cores: { allowed, busy, own: Math.min(1, onCore / allowed), targetHere: isHere(plan) } }),
  }
}

const loopback = /^(localhost|127\..*|\[::1\])$/

/** Whether one of the plan's targets is on this machine. */
const isHere = ({ arms }: Plan): boolean =>
  arms.some(({ urls }) => urls.some((url) => loopback.test(new URL(url).hostname)))
