import type { Exemplar, Interval } from '../../model/engine.js'
import type { ExitCode } from '../../model/errors.js'
import type { Receipt } from '../../model/contract.js'
import type { Arm, Plan } from '../../model/plan.js'
import type { WorkerHealth } from './worker-health.js'
import type { Tally } from './tally.js'

/** What the parent tells a worker. Instants are on the shared monotonic clock, microseconds. */
export type ToWorker =
  | { readonly type: 'prepare'; readonly plan: Plan; readonly worker: number; readonly workers: number }
  /** Open the connections of a burst. */
  | { readonly type: 'open'; readonly phase: number }
  | { readonly type: 'phase'; readonly phase: number; readonly startAt: number; readonly unitStart: number }
  /** Start nothing more, wait for what is under way at most `patience` microseconds, hand on everything. */
  | { readonly type: 'finish'; readonly patience: number }

/** What a worker tells the parent. Tallies are in the order of the plan's arms. */
export type FromWorker =
  | { readonly type: 'ready'; readonly tallies: readonly Tally[] }
  /** It cannot run this plan: what a `UserError` says. */
  | {
      readonly type: 'refused'
      readonly message: string
      readonly hint: string | undefined
      readonly exit: ExitCode
      readonly reason: string
    }
  /** `failure`: a sentence on why not all connections could be opened. */
  | {
      readonly type: 'opened'
      readonly phase: number
      readonly failure: { readonly arm: Arm; readonly reason: string; readonly message: string } | undefined
    }
  | { readonly type: 'ended'; readonly phase: number }
  | { readonly type: 'intervals'; readonly intervals: readonly Interval[] }
  | { readonly type: 'receipts'; readonly arm: Arm; readonly receipts: readonly Receipt[] }
  | { readonly type: 'progress'; readonly tallies: readonly Tally[] }
  | {
      readonly type: 'done'
      readonly tallies: readonly Tally[]
      readonly health: WorkerHealth
      readonly exemplars: readonly Exemplar[]
    }

const toWorker: ReadonlySet<unknown> = new Set<ToWorker['type']>(['prepare', 'open', 'phase', 'finish'])

const fromWorker: ReadonlySet<unknown> = new Set<FromWorker['type']>([
  ...(['ready', 'refused', 'opened', 'ended'] as const),
  ...(['intervals', 'receipts', 'progress', 'done'] as const),
])

const typeOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined

// Both ends are this package at one version: the type's name tells the rest.
export const isToWorker = (message: unknown): message is ToWorker => toWorker.has(typeOf(message))
export const isFromWorker = (message: unknown): message is FromWorker => fromWorker.has(typeOf(message))
