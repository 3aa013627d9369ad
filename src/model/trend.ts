import type { ExitCode } from './errors.js'
import type { MetricUnit, MetricVerdict } from './verdict.js'

/** A session of a line, as a point of each of its figures. */
export interface TrendSession {
  readonly session: string
  /** ISO 8601. */
  readonly recordedAt: string
  /** What was measured: version, commit, address. */
  readonly subject: Readonly<Record<string, string>>
  /** `baseline`: recorded as a session. `run`: left by a gate or a run. */
  readonly from: 'baseline' | 'run'
  readonly promoted: boolean
  /** Releases of which it is pinned. */
  readonly releases: readonly string[]
}

/** A figure that moved to another level and stayed there, until its next change or the end. */
export interface TrendChange {
  /** Index in `sessions` of the last one at the old level, and of the first at the new one. */
  readonly before: number
  readonly at: number
  /** Index of the first session at the level after this one. */
  readonly until?: number
  /** Levels: geometric means, of shares plain ones. */
  readonly from: number
  readonly to: number
  /**
   * With its interval, each side of which is missed with a chance of 5 %. `ratio`: 0.12 is +12 %; `difference`: of shares, which can be 0.
   */
  readonly change: {
    readonly kind: 'ratio' | 'difference'
    readonly mean: number
    readonly low: number
    readonly high: number
  }
  readonly worse: boolean
}

export interface TrendMetric {
  readonly name: string
  readonly unit: MetricUnit
  readonly better: MetricVerdict['better']
  /** One a session of the line; null where it has none, or from too few samples. */
  readonly values: readonly (number | null)[]
  /** The last level; null where there is no value. */
  readonly level: number | null
  /** From one session to the next within a level, as a share (of shares: as a difference). */
  readonly spread?: number
  /** `too_few`: so few values that a change could not be told from luck. */
  readonly state: 'changed' | 'steady' | 'too_few'
  readonly changes: readonly TrendChange[]
}

/** Sessions that may be joined by a line: one scenario, one profile, the same conditions. */
export interface TrendLine {
  readonly scenario: string
  readonly profile: string
  /** Whether the sessions had the load to themselves, or shared it in turns with a control. */
  readonly beside: 'nothing' | 'control'
  readonly must: Readonly<Record<string, string>>
  /** Where the conditions differ from those of the newest line of this scenario and profile, with both values. */
  readonly differs: readonly string[]
  /** Oldest first. */
  readonly sessions: readonly TrendSession[]
  readonly metrics: readonly TrendMetric[]
}

/** `trend.json`: the last sessions of a baseline, and where they changed. */
export interface Trend {
  readonly formatVersion: 1
  readonly tool: string
  readonly baseline?: string
  readonly outcome: 'worse' | 'better' | 'steady' | 'too_few'
  /** 0, or 3 where no line has sessions enough to say anything. */
  readonly exit: ExitCode
  readonly headline: string
  /** What would help, when there was too little. */
  readonly next?: string
  /** Fewer values show no change. */
  readonly fewest: number
  readonly lines: readonly TrendLine[]
  /** What was left out and why, in a sentence each. */
  readonly leftOut: readonly string[]
}
