import type { Cell } from '../../histogram/histogram.js'
import type { MachineUse } from '../../machine/use.js'

/** What a worker says of itself over one unit. Microseconds; shares of wall time from 0 to 1. */
export interface WorkerHealth {
  /** How late journeys began. */
  readonly lags: readonly Cell[]
  readonly longestLag: number
  readonly eventLoopDelay: { readonly p99: number; readonly max: number }
  /** Without the pacing spin, but for k6's. */
  readonly cpu: number
  /** With it. */
  readonly onCore: number
  readonly gcPause: {
    readonly count: number
    readonly max: number
    readonly total: number
    readonly share: number
  }
  readonly machine: MachineUse
  /** For how long at a stretch it neither ran nor waited for a core: stopped, or held up by a disk. */
  readonly longestStop: number
  /** Wall clock minus monotonic clock: how far it moved. */
  readonly clockStep: number
  /** It may have fewer connections open than the plan allows, for want of descriptors. */
  readonly short: boolean
}

/** Watches a worker over one unit. */
export interface UnitWatch {
  begin(): void
  /** How late a journey began, microseconds. */
  readonly lag: (value: number) => void
  /** Nothing more is begun: answers that never come would make a bad load look like a quiet hour. */
  loadEnded(): void
  end(): WorkerHealth
}
