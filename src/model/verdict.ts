import type { Blame } from './blame.js'
import type { ExitCode } from './errors.js'
import type { InvariantResult } from './artefact.js'
import type { ErrorCount, Part } from './engine.js'
import type { Arm } from './plan.js'
import type { Tolerance } from './scenario.js'

export type Decision = 'pass' | 'regression' | 'improvement' | 'inconclusive' | 'no_data'

export type MetricUnit = 'us' | 'per_second' | 'share' | 'count'

/** Why no more units were taken for a metric: a word for machines, and a sentence for a person without a full stop. */
export interface Stopped {
  readonly reason:
    | 'decided_at_look'
    | 'confirmed'
    | 'decided_at_end'
    | 'unit_cap'
    | 'time_spent'
    | 'nothing_more_wanted'
    | 'one_look'
    | 'measuring'
    | 'not_recorded'
  readonly sentence: string
}

/** What would settle what is undecided, were change and noise what they seem. */
export interface Settling {
  /** Units more, at the middle of cases; absent where no number that anybody would wait for suffices. */
  readonly units?: number
  /** What most of the doubt comes from: that starts differ, or the units of one start. */
  readonly noise: 'starts' | 'units'
}

/** A difference of two shares and its interval, candidate − control: 0.01 is one point. */
export interface ShareChange {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** The smallest that these units would have told from none. */
  readonly smallest: number
}

/** A metric of both arms and what was decided about it. */
export interface MetricVerdict {
  /** `reserve p90`. */
  readonly name: string
  /** For a person, where the name alone says too little. */
  readonly title?: string
  readonly step: string
  /** `p90`; `probe` for what the targets said of themselves. */
  readonly statistic: string
  readonly unit: MetricUnit
  readonly better: 'lower' | 'higher'
  readonly role: 'gate' | 'diagnostic'
  readonly tolerance?: Tolerance
  readonly control?: number
  readonly candidate?: number
  /** Mean log ratio candidate / control and its interval, as ratios − 1: 0.14 is +14 %. */
  readonly change?: { readonly mean: number; readonly low: number; readonly high: number }
  /** The change of a share that may be 0, which has no ratio. */
  readonly difference?: ShareChange
  /** Spread of a unit's log ratio; of a unit's share where the change is a `difference`. */
  readonly sigma?: number
  /** Spread between fresh starts that the units of one start do not show. */
  readonly between?: number
  readonly units: number
  /** The smallest change that these units would have told from none, as a share. */
  readonly smallest?: number
  /** Of what gates. */
  readonly stopped?: Stopped
  /** Of what is undecided and would be settled by more units. */
  readonly settling?: Settling
  readonly decision: Decision
  /** A word for machines: `beyond_reject`, `within_tolerance`, `too_few_samples`, `no_samples`, `undecided_at_cap`, … */
  readonly reason: string
  readonly confirmed?: boolean
}

export interface BudgetVerdict {
  /** `reserve p99 ≤ 500 ms`. */
  readonly name: string
  readonly step: string
  /** The outcome whose figure is told, where the step had several: each is held against the limit, and the worst is told. */
  readonly outcome?: string
  readonly arm: 'candidate'
  readonly limit: number
  readonly unit: MetricUnit
  readonly value?: number
  readonly decision: 'held' | 'broken' | 'inconclusive' | 'no_data'
  readonly reason: string
  readonly settling?: Settling
}

export interface MixVerdict {
  readonly step: string
  readonly outcome: string
  readonly control?: number
  readonly candidate?: number
  readonly bounds?: { readonly atLeast?: number; readonly atMost?: number }
  /** `wrong`: outside its bounds. `shifted`: inside, but not the control's. */
  readonly decision: 'as_expected' | 'wrong' | 'shifted' | 'no_data'
  readonly reason: string
}

export type HealthVerdict = {
  readonly state: 'valid' | 'degraded' | 'invalid'
  readonly reasons: readonly string[]
  /** Of what is invalid: more units, in a better minute, may show that the generator kept up after all. */
  readonly mayRecover?: boolean
}

/** Where the time of one metric's outcome went on one arm, over its measured units. Microseconds. */
export interface StepTime {
  readonly arm: Arm
  /** As in the artefact: a step or `whole`, with `@phase` behind it when the load has several. */
  readonly metric: string
  readonly outcome: string
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Share of the time that the journeys took; undefined for what was seen beside them, and where no journey was timed. */
  readonly share?: number
  /** Mean of each part that took time; `total` and `service` are left out. */
  readonly parts: Readonly<Partial<Record<Part, number>>>
}

/** Errors of one kind on one arm, over its measured units. */
export type ArmError = ErrorCount & { readonly arm: Arm }

/** What would settle a scenario: the most that one of its undecided figures needs. */
export interface ScenarioSettling extends Settling {
  /** The figure that needs most. */
  readonly figure: string
  /** Fresh starts that so many units take. */
  readonly starts?: number
  /** What they cost by what the starts so far took, minutes. */
  readonly minutes?: number
}

/** How one scenario ended: the word, its exit code and the reasons for machines. */
export interface ScenarioVerdict {
  readonly scenario: string
  readonly profile: string
  readonly outcome: Outcome
  readonly exit: ExitCode
  readonly reason: string
  /** One sentence for a person. */
  readonly headline: string
  readonly units: number
  readonly starts: number
  /** Share of the profile's rates that was sent, where the machine had no room for all of it. */
  readonly load?: number
  readonly metrics: readonly MetricVerdict[]
  readonly budgets: readonly BudgetVerdict[]
  readonly mix: readonly MixVerdict[]
  readonly invariants: readonly InvariantResult[]
  readonly waived: readonly string[]
  readonly health: HealthVerdict
  /** Of each arm the journeys first, then what took most of their time. */
  readonly times: readonly StepTime[]
  /** The most frequent first. */
  readonly errors: readonly ArmError[]
  /** Where the added time went and what moved with it, where something regressed or broke its budget. */
  readonly blame?: Blame
  /** What the change means to those who use it, a sentence each; where both arms say so. */
  readonly plain?: readonly string[]
  readonly settling?: ScenarioSettling
  readonly warnings: readonly string[]
}

export type Outcome =
  | 'pass'
  | 'improvement'
  | 'regression'
  | 'broken'
  | 'over_budget'
  | 'inconclusive'
  | 'invalid'
  | 'wrong_mix'
  | 'failed'
  | 'interrupted'

/** A gate of the same commit, and of one of the scenarios at the same profile, whose report lies beside this one. */
export interface EarlierGate {
  readonly outcome: Outcome
  /** ISO 8601. */
  readonly startedAt: string
  /** Of its report. */
  readonly folder: string
}

/** The one object from which every reporter writes. */
export interface Verdict {
  readonly formatVersion: 1
  readonly tool: string
  /** `stored`: two runs on disk, measured apart, that shared neither load nor time. */
  readonly mode: 'paired' | 'baseline' | 'stored' | 'none'
  /** Name of the baseline that it was compared with. */
  readonly baseline?: string
  readonly outcome: Outcome
  readonly exit: ExitCode
  readonly reason: string
  readonly headline: string
  /** What would settle it, when it is not settled. */
  readonly next?: string
  readonly startedAt: string
  readonly elapsedSeconds: number
  readonly seed: string
  readonly repeat: string
  readonly folder?: string
  readonly control: Readonly<Record<string, string>>
  readonly candidate: Readonly<Record<string, string>>
  /** Gates of the same commit before this one that came to an answer, oldest first; absent where there was none that is known. */
  readonly earlier?: readonly EarlierGate[]
  readonly scenarios: readonly ScenarioVerdict[]
}
