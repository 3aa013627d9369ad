import type { Contract, Receipt } from './contract.js'
import type { Arm, Plan } from './plan.js'
import type { Scenario } from './scenario.js'
import type { Micros } from './time.js'

/**
 * Where a step's time went. `total` counts from the intended start and is the sum of the others but `service`;
 * `service` counts from the moment in which the step was really begun.
 */
export const parts = [
  'total',
  'service',
  'lag',
  'queue',
  'connect',
  'tls',
  'send',
  'wait',
  'receive',
  // Of a page: its dead render, the socket's upgrade, the join. Of what is done on it: until the reply, and on until it shows.
  'page',
  'upgrade',
  'join',
  'reply',
  'effect',
  'unattributed',
] as const
export type Part = (typeof parts)[number]

export type Transport = 'http' | 'redis' | 'socket'

/** Whose fault a broken step is. A `generator` error is never the target's. */
export type ErrorClass = 'target' | 'edge' | 'generator'

/** All samples of one key whose intended start lies in one second of the unit. */
export interface Interval {
  readonly arm: Arm
  /** Step of the scenario, or `whole`; with `@phase` behind it when the load has several phases. */
  readonly metric: string
  readonly part: Part
  readonly outcome: string
  /** Second of the unit, from 0. */
  readonly second: number
  /** Microseconds, unordered. */
  readonly values: Uint32Array
}

export interface ErrorCount {
  readonly step: string
  readonly class: ErrorClass
  /** A short word: `http_500`, `timeout`, `refused`, `reset`, `undeclared_404`, `malformed`, `no_port`, `no_descriptor`. */
  readonly reason: string
  readonly count: number
  readonly example: string
}

/** intended = started + notStarted (journeys); begun = answered + timedOut + failed (steps). One arm. */
export interface ArmAccounting {
  readonly intended: number
  readonly started: number
  readonly notStarted: number
  readonly steps: {
    readonly begun: number
    readonly answered: number
    readonly timedOut: number
    readonly failed: number
  }
  /** Steps by outcome: `{ reserve: { won: 3, conflict: 2, error: 0 } }`. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly errors: readonly ErrorCount[]
  /** Receipts kept, by kind. */
  readonly receipts: Readonly<Record<string, number>>
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly connections: number
  /**
   * Watchers that were to be there: `lost` were refused by the target or lost to it, `absent` never came in for a reason of their
   * own. Left out where the load has no audience.
   */
  readonly audience?: { readonly members: number; readonly lost: number; readonly absent: number }
  /** Of sockets, by step: frames that came unasked, and their bytes on the wire. */
  readonly frames: Readonly<Record<string, { readonly count: number; readonly bytes: number }>>
  /** By phase: first intended start to last answer, microseconds. */
  readonly drain: Readonly<Record<string, Micros>>
}

/**
 * When not to trust the generator: its own figures over one unit. Shares are of wall time, 0 to 1. What is optional is absent in runs from
 * before it was recorded, and where the system does not tell (`runQueue`, `steal` and `cores` are Linux's).
 */
export interface GeneratorHealth {
  /** Actual minus intended start of journeys, microseconds. */
  readonly lag: { readonly p50: Micros; readonly p99: Micros; readonly max: Micros }
  readonly eventLoopDelay: { readonly p99: Micros; readonly max: Micros }
  /** CPU of the worker over wall time, without the pacing spin, 0 to 1 a worker; the busiest worker. */
  readonly cpu: number
  /** `share`: of the worker that paused most. */
  readonly gcPause: {
    readonly count: number
    readonly max: Micros
    readonly total: Micros
    readonly share?: number
  }
  /** Local limits met: no port, no descriptor. */
  readonly localErrors: number
  readonly workersLost: number
  /** Time in which the event loop was ready to run and had no core: of the worker that waited most. */
  readonly runQueue?: number
  /** For how long at a stretch a worker neither ran nor waited for a core, microseconds: of the worst. */
  readonly longestStop?: Micros
  /** CPU time that the hypervisor gave to other machines, of all that the cores had. */
  readonly steal?: number
  /** The cores that the workers may use: how busy they were, how far by the workers (their spin included), and whether a target is on this machine. */
  readonly cores?: {
    readonly allowed: number
    readonly busy: number
    readonly own: number
    readonly targetHere: boolean
  }
  /** How far the wall clock moved against the monotonic one: the farthest of a worker, with its sign. */
  readonly clockStep?: Micros
  /** Steps that ended and left no sample, or left one too many. What failed at the generator leaves none. */
  readonly samplesDropped?: number
  /** Share of the steps answered well that had waited for a connection because the process may have no more files open. */
  readonly descriptorWaits?: number
  /** The same where the environment allows no more, or the share of all steps that waited in vain behind a target that answered nobody. */
  readonly connectionWaits?: number
}

/** Where a process may run, and where it ran last. */
export interface Placement {
  /** `worker 1`, `node 2`, `Postgres`. */
  readonly what: string
  /** Cores that it may run on, as the kernel lists them: `0-1,4`. */
  readonly allowed: string
  /** The core on which it was seen when the unit had ended. */
  readonly seen?: number
}

export interface Accounting {
  readonly arms: Readonly<Partial<Record<Arm, ArmAccounting>>>
  readonly health: GeneratorHealth
  /** The workers; none where the system does not tell. */
  readonly placement?: readonly Placement[]
  /** Real start of the unit: milliseconds since 1970. */
  readonly startedAt: number
  readonly elapsed: Micros
  /** True when the signal or a lost worker ended it early. */
  readonly cutShort: boolean
}

export interface Exemplar {
  readonly arm: Arm
  readonly metric: string
  readonly outcome: string
  readonly n: number
  /** Intended start, microseconds from the unit's start. */
  readonly at: Micros
  readonly parts: Readonly<Partial<Record<Part, Micros>>>
}

export interface RunEvent {
  /** Microseconds from the unit's start. */
  readonly at: Micros
  readonly kind: string
  readonly text: string
}

/** Takes what an engine gives out while it runs. */
export interface RunSink {
  interval(interval: Interval): void
  receipt(arm: Arm, receipt: Receipt): void
  event(event: RunEvent): void
  exemplar(exemplar: Exemplar): void
  /** Journeys started and steps ended so far, for the progress line. */
  progress(done: { readonly started: number; readonly ended: number }): void
}

/** What an engine is to carry out, before there is a plan. Modules are files. */
export interface Work {
  readonly scenario: Scenario
  readonly source: string
  readonly contract: Contract
  readonly contractModule: string
}

export interface Engine {
  readonly name: string
  readonly capabilities: {
    readonly parts: readonly Part[]
    readonly transports: readonly Transport[]
  }
  /** Throws `UserError` when this machine does not let it open so many connections at once. Asked before anything is started. */
  assertRoom(connections: number): void
  /** Throws `UserError` when this engine cannot carry it out. Asked before anything is started. */
  assertAble(work: Work): Promise<void>
  /** Sends one plan. Emits finished intervals, receipts and events; resolves with the accounting, also when cut short. */
  run(plan: Plan, sink: RunSink, signal: AbortSignal): Promise<Accounting>
  /** Ends what is kept warm between runs (workers, connections). */
  close(): Promise<void>
}
