import type { Part } from './engine.js'

/** Time that the candidate took more of than the control, by what took it. Microseconds, by exact means. */
export interface AddedTime<Of extends string = string> {
  readonly of: Of
  readonly control: number
  readonly candidate: number
  readonly added: number
  /** Of all the time that was added: 0.92 is 92 %; below 0 of what took less. */
  readonly share: number
  /** More than it differs from unit to unit by itself. Only what is sure is blamed. */
  readonly sure: boolean
}

/** A second that took more than its share of the added time. */
export interface SlowSecond {
  readonly unit: number
  /** Second of the unit, from 0. */
  readonly second: number
  /** Of all the time that was added. */
  readonly share: number
  /** What the run noted in this second: `phase rush`. */
  readonly events: readonly string[]
}

/** When the time was added. */
export interface SecondsBlame {
  /** `few`: three quarters of it lie in a quarter of the seconds at most, which stand out of the others. */
  readonly spread: 'few' | 'even'
  /** Seconds that both arms had samples in. */
  readonly seconds: number
  /** Those in which the candidate's mean was the higher one. */
  readonly slower: number
  /** The few, those that took most first; none when it is spread. */
  readonly few: readonly SlowSecond[]
}

/** Where the added time of one metric's outcome went, over the units that judge it. */
export interface LatencyBlame {
  readonly metric: string
  /** All but errors when absent. */
  readonly outcome?: string
  readonly units: number
  /** Exact means of a sample, microseconds. */
  readonly control: number
  readonly candidate: number
  readonly added: number
  /** `told`, or why not: `within_noise`, `too_few_units`. */
  readonly told: 'told' | 'within_noise' | 'too_few_units'
  /** What took most of it first; what no part explains is `unattributed`. */
  readonly parts: readonly AddedTime<Part>[]
  /** Absent where there are too few seconds; where it is within noise over all, there only when a few seconds stand out. */
  readonly seconds?: SecondsBlame
}

/** An outcome whose share is surely another one. */
export interface MovedShare {
  readonly step: string
  readonly outcome: string
  readonly control: number
  readonly candidate: number
  /** Answers more (or fewer, below 0) than the control gave over the same arrivals. */
  readonly more: number
}

/** A figure of what the targets say of themselves that moved beyond its own noise. */
export interface MovedProbe {
  readonly name: string
  readonly title: string
  readonly unit: 'share' | 'count'
  readonly control: number
  readonly candidate: number
  /** How many times its own standard error it moved; absent where it has no noise at all. */
  readonly times?: number
}

/** Why a scenario is slower, from the artefacts of both arms alone. What is not sure is not in it. */
export interface Blame {
  /** Of each time that regressed or broke its budget, the worst first. */
  readonly latencies: readonly LatencyBlame[]
  /** Added time a journey by step, the largest first; where the journey or several of its steps are slower. */
  readonly steps: readonly AddedTime[]
  readonly outcomes: readonly MovedShare[]
  readonly probes: {
    /** `told`, or why not: no probe was answered in enough units, or one start tells nothing of how much starts differ. */
    readonly told: 'told' | 'no_probes' | 'one_start'
    /** How many both arms answered. */
    readonly asked: number
    /** The farthest beyond its noise first. */
    readonly moved: readonly MovedProbe[]
  }
  /** For a person, what matters first. */
  readonly sentences: readonly string[]
}
