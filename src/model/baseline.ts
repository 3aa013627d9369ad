import type { MetricUnit } from './verdict.js'

/** How a session stands: it counts, nobody has decided, it was rolled out again, it is too old, or its clock was wrong. */
export type SessionState = 'promoted' | 'recorded' | 'rolled_out' | 'expired' | 'ahead'

/** A figure of the sessions that count: geometric mean, and the spread from one session to the next as a share of it. */
export interface FigureSummary {
  readonly unit: MetricUnit
  readonly centre: number
  /** Absent where there is one session, or no logarithm. */
  readonly spread?: number
  readonly sessions: number
}

/** Sessions of a baseline that are judged together: one scenario, one profile, the same conditions. */
export interface BaselineSet {
  readonly name: string
  readonly scenario: string
  readonly profile: string
  /** The conditions, equal for all of its sessions. */
  readonly must: Readonly<Record<string, string>>
  /** Where they differ from those of the newest set of this scenario and profile, with both values. */
  readonly differs: readonly string[]
  /** Oldest first. */
  readonly sessions: readonly {
    readonly session: string
    /** ISO 8601. */
    readonly recordedAt: string
    readonly state: SessionState
    readonly subject: Readonly<Record<string, string>>
  }[]
  /** Promoted sessions that are young enough. */
  readonly counting: number
  /** How many more a gate needs. */
  readonly missing: number
  /** ISO 8601: until when a gate can use it, when it can. */
  readonly until?: string
  /** Releases that are pinned beside it. */
  readonly releases: readonly string[]
  readonly metrics: Readonly<Record<string, FigureSummary>>
}

/** What rolling does to a set, and what gates will then compare with. */
export interface RolledSet {
  readonly scenario: string
  readonly profile: string
  readonly differs: readonly string[]
  readonly promoted: readonly string[]
  readonly demoted: readonly string[]
  readonly counting: number
  /** Figures of the sessions that count, before and after, where they have both. */
  readonly shifts: readonly {
    readonly name: string
    readonly unit: MetricUnit
    readonly from: number
    readonly to: number
  }[]
}
