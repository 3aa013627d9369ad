import type { UnitRecord } from '../model/artefact.js'

/** What a figure may be judged beside. */
export interface Beside {
  /** Median of the latency that was measured, microseconds, where it is known. */
  readonly latency: number | undefined
}

/**
 * A figure of a unit with its limits: over `degraded` is said in the report, over `invalid` nothing that was measured counts.
 * `often`: over it in more than a third of the units. `ever`: in one. `middle`: in the unit in the middle. `together`: all units as one;
 * the figure is then a number of steps, and the limit a share of all that were begun.
 */
export interface Rule {
  /** A word for machines, and the heading in `docs/generator-health.md`. */
  readonly name: string
  readonly judged: 'often' | 'ever' | 'middle' | 'together'
  /** Units that it is asked of: a burst is late by its nature, since nobody can start thousands at one instant. */
  readonly units: 'all' | 'slices'
  /** Neither the generator nor a target on its machine can be the cause. */
  readonly fromOutside?: true
  /** Undefined where it cannot be known. */
  readonly figure: (unit: UnitRecord, beside: Beside) => number | undefined
  readonly degraded?: number
  readonly invalid?: number
  readonly unit: 'time' | 'share' | 'count'
  /** Its share is one of time; others are one of steps, or of a latency. */
  readonly ofTime?: true
  /** What was found, as a sentence begins. */
  readonly what: string
  /** What to do about it, as a sentence goes on. */
  readonly remedy: string
}

/** No limits of this machine: mistakes of the scenario and the contract, a worker that died, a target that answers nobody. */
const noLimits: ReadonlySet<string> = new Set([
  'journey_threw',
  'contract_threw',
  'aborted',
  'worker_lost',
  'timeout_behind_target',
])

const localFailures = ({ accounting }: UnitRecord): number =>
  accounting.errors
    .filter((error) => error.class === 'generator' && !noLimits.has(error.reason))
    .reduce((sum, { count }) => sum + count, 0)

/** How busy the generator's cores were, when a target is on this machine and others than the generator used them. */
const shared = ({ health: { cores } }: UnitRecord): number | undefined => {
  if (cores === undefined) return undefined
  return cores.targetHere && cores.busy - cores.own > 0.1 ? cores.busy : 0
}

const lessLoad =
  'lower the rate, give the plan more workers (k6: more VUs), or give the generator cores of its own'
const quieter = 'end what else runs on this machine, or give the generator cores of its own'

/** From which value on a figure of a rule makes a run degraded. Throws for a name that no rule has. */
export function degradedOver(name: string): number {
  const rule = rules.find((one) => one.name === name)
  if (rule?.degraded === undefined) throw new Error(`no rule ${name} has a limit`)
  return rule.degraded
}

/** When not to trust the generator. Times in microseconds, shares from 0 to 1. Why these limits: `docs/generator-health.md`. */
export const rules: readonly Rule[] = [
  {
    name: 'worker-death',
    judged: 'ever',
    units: 'all',
    figure: ({ health }) => health.workersLost,
    invalid: 0,
    unit: 'count',
    what: 'workers were lost',
    remedy:
      'look at the event worker_lost for its last words; SIGKILL without words is often the memory limit',
  },
  {
    name: 'not-started',
    judged: 'ever',
    units: 'all',
    figure: ({ accounting }) => accounting.notStarted,
    invalid: 0,
    unit: 'count',
    what: 'journeys were never started',
    remedy: 'see the events of the run for what ended it early',
  },
  {
    name: 'samples-dropped',
    judged: 'ever',
    units: 'all',
    figure: ({ health }) => health.samplesDropped,
    invalid: 0,
    unit: 'count',
    what: 'steps were counted and their samples were not',
    remedy: 'run it again; without a lost worker it is a mistake of vge-perf that we want to hear of',
  },
  {
    name: 'clock-step',
    judged: 'ever',
    units: 'all',
    figure: ({ health }) => (health.clockStep === undefined ? undefined : Math.abs(health.clockStep)),
    degraded: 5_000,
    invalid: 20_000,
    unit: 'time',
    what: 'the wall clock was set while the load ran, by',
    remedy: 'let the time service slew the clock, or wait until it has settled; do not suspend the machine',
  },
  {
    name: 'local-limits',
    judged: 'together',
    units: 'all',
    figure: localFailures,
    degraded: 0,
    invalid: 0.001,
    unit: 'share',
    what: 'steps failed at limits of this machine (ports, descriptors, memory, connections)',
    remedy: 'raise `ulimit -n`, use more source addresses, or choose a smaller profile',
  },
  {
    name: 'descriptor-waits',
    judged: 'often',
    units: 'all',
    figure: ({ health }) => health.descriptorWaits,
    degraded: 0,
    invalid: 0.01,
    unit: 'share',
    what: 'steps waited for a connection because the process may have no more files open,',
    remedy: 'raise `ulimit -n`',
  },
  {
    name: 'connection-waits',
    judged: 'often',
    units: 'all',
    figure: ({ health }) => health.connectionWaits,
    degraded: 0.01,
    unit: 'share',
    what: 'steps waited for a connection because no more may be open at once, and the target looks slower by it,',
    remedy:
      'raise `maxConnections` of the environment, lower the rate, or see why the target holds its connections',
  },
  {
    name: 'schedule-lag',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.lag.p99,
    degraded: 10_000,
    invalid: 50_000,
    unit: 'time',
    what: 'schedule lag p99',
    remedy: lessLoad,
  },
  {
    name: 'lag-of-latency',
    judged: 'middle',
    units: 'slices',
    figure: ({ health }, { latency }) =>
      latency === undefined || latency <= 0 ? undefined : health.lag.p50 / latency,
    degraded: 0.1,
    invalid: 0.2,
    unit: 'share',
    what: 'the median schedule lag, of the median latency,',
    remedy: lessLoad,
  },
  {
    name: 'event-loop-delay',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.eventLoopDelay.p99,
    degraded: 50_000,
    invalid: 100_000,
    unit: 'time',
    what: 'event-loop delay p99',
    remedy: 'let the journey compute less between its steps, or give the plan more workers',
  },
  {
    name: 'stopped',
    judged: 'often',
    units: 'all',
    figure: ({ health }) => health.longestStop,
    degraded: 50_000,
    invalid: 150_000,
    unit: 'time',
    what: 'a worker stood still, without waiting for a core, for',
    remedy:
      'find what stops it: a suspended machine or container, a disk that memory is swapped to, a signal',
  },
  {
    name: 'saturation',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.cpu,
    degraded: 0.9,
    invalid: 0.97,
    unit: 'share',
    ofTime: true,
    what: 'the busiest worker was at work',
    remedy: 'let the journey compute less between its steps, lower the rate, or give the plan more workers',
  },
  {
    name: 'run-queue',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.runQueue,
    degraded: 0.12,
    invalid: 0.25,
    unit: 'share',
    ofTime: true,
    what: 'the generator waited for a core',
    remedy: quieter,
  },
  {
    name: 'garbage-collection',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.gcPause.share,
    degraded: 0.05,
    invalid: 0.1,
    unit: 'share',
    ofTime: true,
    what: 'garbage collection took',
    remedy: 'let the journey keep and allocate less',
  },
  {
    name: 'longest-pause',
    judged: 'often',
    units: 'slices',
    figure: ({ health }) => health.gcPause.max,
    degraded: 30_000,
    invalid: 100_000,
    unit: 'time',
    what: 'the longest pause of garbage collection',
    remedy: 'let the journey keep and allocate less',
  },
  {
    name: 'steal',
    judged: 'often',
    units: 'all',
    fromOutside: true,
    figure: ({ health }) => health.steal,
    degraded: 0.02,
    invalid: 0.1,
    unit: 'share',
    ofTime: true,
    what: 'the hypervisor gave CPU time to other machines,',
    remedy: 'use a machine with cores of its own, or another hour',
  },
  {
    name: 'shared-cores',
    judged: 'often',
    units: 'all',
    figure: shared,
    degraded: 0.95,
    unit: 'share',
    ofTime: true,
    what: 'the target is on this machine, others used the cores of the generator, and these were busy',
    remedy: 'pin target and generator apart, or give the target a machine of its own',
  },
]
