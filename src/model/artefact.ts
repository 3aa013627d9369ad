import type { Probe, Receipt } from './contract.js'
import type { ArmAccounting, Exemplar, GeneratorHealth, Part, Placement, RunEvent } from './engine.js'
import type { Arrivals } from './load.js'
import type { Arm } from './plan.js'
import type { QuantileBudget, Tolerance, Bounds } from './scenario.js'
import type { Micros } from './time.js'

/** Another version of the files is refused. */
export const formatVersion = 1

/**
 * `must` has to be equal for two runs to be compared, `warn` is recorded and warned about,
 * `subject` is what is compared and never compared on. All values are text.
 */
export interface Fingerprint {
  readonly must: Readonly<Record<string, string>>
  readonly warn: Readonly<Record<string, string>>
  readonly subject: Readonly<Record<string, string>>
}

/** What the scenario promised, as plain data, so that every command after a run needs the artefact only. */
export interface Promises {
  readonly steps: readonly string[]
  /** Phases that alternate between arms in a gate: a step that gates must have been seen in one of them, if there are any. */
  readonly steady: readonly string[]
  readonly budgets: {
    readonly quantiles: Readonly<Record<string, QuantileBudget>>
    readonly drain?: Micros
    readonly errors?: number
  }
  readonly tolerances: Readonly<Record<string, Tolerance>>
  readonly mix: Readonly<Record<string, Readonly<Record<string, Bounds>>>>
  /** Step → outcome → kind of receipt. */
  readonly wins: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly invariants: readonly string[]
}

/** What a probe of the contract is, as plain data. */
export type ProbeFacts = Omit<Probe, 'of'>

/** Head of `run.json`: known before the first request. */
export interface RunHeader {
  readonly formatVersion: typeof formatVersion
  readonly tool: string
  readonly arm: Arm
  readonly scenario: string
  readonly profile: string
  readonly slice: string
  readonly seed: string
  readonly planHash: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly engine: { readonly name: string }
  readonly fingerprint: Fingerprint
  readonly promises: Promises
  /** By name; absent in runs from before there were probes. */
  readonly probes?: Readonly<Record<string, ProbeFacts>>
  /** Command line that repeats it, without secrets. */
  readonly repeat: string
  /** False when it was said aloud that no comparison is wanted. */
  readonly regressionCheck: boolean
}

/** How a unit's arrivals were laid out. */
export type UnitKind = 'slices' | 'block'

/** Which rows a phase of a unit took: journeys `firstRow` up to, not with, `firstRow + rows`, numbered in the order of arrival. */
export interface PhaseRows {
  readonly name: string
  readonly arrivals: Arrivals['kind']
  readonly firstRow: number
  readonly rows: number
}

/** One unit of load. `offset` is where its first interval lies in `latency.hlog`, in whole seconds. */
export interface UnitRecord {
  readonly index: number
  /** Number of the fresh start that it ran on, from 0. */
  readonly group: number
  readonly phase: 'warm-up' | 'measure'
  readonly kind: UnitKind
  readonly offset: number
  readonly seconds: number
  /** Time in which this arm was under load, microseconds. */
  readonly loaded: Micros
  /** Arms in the order of their slices, `candidate` first or second in each pair. */
  readonly order: readonly Arm[]
  /** Phases of the load that it ran, in order; absent in runs from before they were recorded. */
  readonly phases?: readonly PhaseRows[]
  /** Share of the profile's rates that was sent, where it was not all of it. */
  readonly load?: number
  /** Why a unit of the load became a warm-up once it was over: what it showed of the machine, never a latency. */
  readonly discarded?: 'no_room' | 'spoilt'
  readonly accounting: ArmAccounting
  readonly health: GeneratorHealth
  /**
   * On which cores the workers ran, and the processes of this arm's target where we started them. A fact beside the fingerprint: it makes no
   * two runs incomparable. Absent in runs from before it was recorded, and where the system does not tell.
   */
  readonly placement?: {
    readonly generator: readonly Placement[]
    readonly target: readonly Placement[]
  }
  readonly startedAt: number
  /** True for a confirmation of a finding on fresh processes. */
  readonly confirmation: boolean
}

export interface InvariantResult {
  readonly name: string
  readonly id: string
  readonly title: string
  readonly group: number
  readonly status: 'held' | 'broken' | 'not_checked'
  /** Why it was not checked. */
  readonly reason?: string
  readonly offenders: readonly { readonly id: string; readonly what: string }[]
  /** All offenders, when the list was cut. */
  readonly count: number
  /** Of what held: what it is about, and how many of them there were. Absent where nobody can count them, and in older artefacts. */
  readonly looked?: { readonly what: string; readonly count: number }
}

/** End of a run: absent when it was killed. */
export interface RunEnd {
  readonly endedAt: string
  /** `complete`, or why not: `interrupted`, `target_lost`, `engine_failed`. */
  readonly status: 'complete' | 'interrupted' | 'target_lost' | 'engine_failed'
  readonly message?: string
  /** Why a gate took no more units; absent where no gate decided it, and in runs from before it was recorded. */
  readonly stopped?: EndOfUnits
}

/** The judge had what it wanted or can get; the most units were taken; the time was spent. */
export type EndOfUnits = 'settled' | 'unit_cap' | 'time_spent'

/** `run.json`, rewritten after every unit. */
export interface RunFile extends RunHeader {
  readonly units: readonly UnitRecord[]
  readonly invariants: readonly InvariantResult[]
  readonly end?: RunEnd
}

/** A line of `counters.ndjson`: exact figures per unit and key, microseconds. V2 histograms lose the exact maximum. */
export interface Counter {
  readonly unit: number
  readonly metric: string
  readonly part: Part
  readonly outcome: string
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/** A line of `receipts.ndjson`. */
export type UnitReceipt = Receipt & { readonly unit: number }

/** A line of `slowest.ndjson`. */
export type UnitExemplar = Exemplar & { readonly unit: number }

/** A line of `events.ndjson`. */
export type UnitEvent = RunEvent & { readonly unit: number }

/** A line of `probes.ndjson`: what a target said of itself over a unit, all its nodes together. */
export interface ProbeSample {
  readonly unit: number
  readonly name: string
  readonly value: number
}

/** Merged latencies of some units, in microseconds. */
export interface Distribution {
  readonly count: number
  /** Value at a share between 0 and 1. */
  quantile(share: number): number
  mean(): number
  /** Mean of the values between two quantiles, as `meanBetween(0.75, 0.95)`. */
  meanBetween(from: number, to: number): number
  /** Share of the values over a limit, 0 to 1. */
  shareAbove(limit: number): number
}

export interface LatencyQuery {
  /** Indices of units; all measured ones when absent. */
  readonly units?: readonly number[]
  readonly metric: string
  /** Default `total`. */
  readonly part?: Part
  /** All outcomes but `error` when absent. */
  readonly outcome?: string
}

/** A run read back from disk: all that any command after a run may use. */
export interface Run {
  readonly folder: string
  readonly file: RunFile
  readonly counters: readonly Counter[]
  readonly probes: readonly ProbeSample[]
  /** Lines that could not be read, said in a sentence each; a crash leaves at most one. */
  readonly damage: readonly string[]
  metrics(): readonly string[]
  outcomes(metric: string): readonly string[]
  parts(metric: string): readonly Part[]
  /** Of all units, in the order in which they were kept. Read when they are asked for. */
  receipts(): readonly UnitReceipt[]
  /** The slowest steps of each unit and metric with their parts, of all units. Read when they are asked for. */
  slowest(): readonly UnitExemplar[]
  /** What happened beside the load, of all units. Read when it is asked for. */
  events(): readonly UnitEvent[]
  /** Undefined when nothing was recorded under it. */
  latency(query: LatencyQuery): Distribution | undefined
  /** One distribution a second of the run, for pictures. `second` counts as `UnitRecord.offset` does. */
  series(query: LatencyQuery): readonly { readonly second: number; readonly latency: Distribution }[]
}

/** `group.json` of one scenario of a gate: where its arms lie. */
export interface GroupFile {
  readonly formatVersion: typeof formatVersion
  readonly scenario: string
  readonly profile: string
  readonly arms: readonly Arm[]
  readonly units: readonly {
    readonly index: number
    readonly group: number
    readonly offset: number
    readonly startedAt: number
    readonly order: readonly Arm[]
    readonly phase: 'warm-up' | 'measure'
  }[]
}

/** `judging.json` of one scenario of a gate: as what it is judged, so that it can be judged so again from its files alone. */
export interface JudgingFile {
  readonly formatVersion: typeof formatVersion
  /** `paired`: with a control. `baseline`: with `baseline`. `none`: budgets, mix and invariants alone. */
  readonly mode: 'paired' | 'baseline' | 'none'
  /** Invariants that may go unchecked. */
  readonly waive: readonly string[]
  /** Every group of units had processes of its own. */
  readonly fresh: boolean
  /** Time that the gate had for further starts, minutes. */
  readonly minutes: number
  readonly baseline?: {
    readonly name: string
    /** Those of the scenario and profile that counted. */
    readonly sessions: readonly BaselineSession[]
    readonly pinned?: { readonly release: string; readonly sessions: readonly BaselineSession[] }
  }
}

/** One recorded session of a baseline: a file of its own, small enough to review. Values by metric name. */
export interface BaselineSession {
  readonly formatVersion: typeof formatVersion
  readonly name: string
  readonly session: string
  /** ISO 8601. */
  readonly recordedAt: string
  /** True once it counts; false when it was rolled out again; absent while nobody has decided. No date: two people who promote it write the same. */
  readonly promoted?: boolean
  readonly scenario: string
  readonly profile: string
  readonly fingerprint: Fingerprint
  /** `reserve p50` → value and number of samples. Microseconds, shares, or a second. */
  readonly metrics: Readonly<Record<string, SessionFigure>>
  /** Step → outcome → how many of its answers, errors left out; absent in files from before it was kept. */
  readonly mix?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface SessionFigure {
  readonly value: number
  readonly count: number
  /** Whose latency it is; absent where it is none, and in files from before it was kept. */
  readonly outcome?: string
}
