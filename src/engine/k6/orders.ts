import type { FromWorker, ToWorker } from '../journey/messages.js'
import type { ArrivalTable } from '../../model/plan.js'
import type { Dataset } from '../../model/scenario.js'

/** What a plan names by path, for who cannot read files while it runs. */
export interface Contents {
  readonly arrivals: ArrivalTable
  /** Rows of each arm, in the plan's order. */
  readonly rows: readonly Dataset[]
  readonly secrets: Readonly<Record<string, string>>
}

type Prepare = Extract<ToWorker, { type: 'prepare' }>

/** To prepare, with what the plan names. `run` numbers what the VU yields from then on. */
export type PrepareVu = Prepare & { readonly contents: Contents; readonly run: number }

/** What a VU is told: what any worker is, and at last to end. */
export type Order = PrepareVu | Exclude<ToWorker, Prepare> | { readonly type: 'leave' }

/** What a VU says; the last of a run with how many samples and receipts it has handed on until then, of all runs. */
export type Word = FromWorker & { readonly emitted?: number }

/** The first word of a VU that nobody leads: which load it sends, with how many others, from when (microseconds since 1970). */
export interface Present {
  readonly type: 'present'
  readonly load: string
  /** The script's mark. */
  readonly made: string
  readonly workers: number
  readonly startAt: number
}

/** Pacing VUs of a program where nobody says how many: each has an event loop of its own. Tried with 4 at 500 a second. */
export const usualVus = 4

/** The image of k6 that a pod runs where none is named. */
export const usualImage = 'grafana/k6:1.8.0'

/** Flags of each `k6 run`: no thresholds, since it is not k6 that judges; nothing for its makers; no summary that nobody reads. */
export const usualFlags = ['--no-thresholds', '--no-usage-report', '--summary-mode=disabled'] as const

/** What k6 finds in its environment: most of what a journey makes dies young, and collecting less often costs memory only. */
export const usualEnv = { GOGC: '400' } as const

/**
 * Names of the environment's variables that a script reads: where its parent is, or else the folder of its load; how many VUs there
 * are in all; and when the load begins, milliseconds since 1970, where it is not to find out by itself.
 */
export const variables = {
  control: 'VGE_CONTROL',
  load: 'VGE_LOAD',
  vus: 'VGE_VUS',
  start: 'VGE_START',
} as const
