import type { Load } from './load.js'
import type { ContractSettings } from './contract.js'
import type { Micros } from './time.js'

export type Arm = 'control' | 'candidate'

/** Where an arm is, for an engine. */
export interface PlanArm {
  readonly arm: Arm
  /** Addresses of its nodes; journey n talks to number n mod length. */
  readonly urls: readonly string[]
  readonly redis: string | undefined
  /** File of the prepared rows (a `Dataset`), mode 0600. */
  readonly rowsFile: string
}

/**
 * Starts of all journeys, in order, computed once. Column-wise; same index, same journey.
 * `at` in microseconds from the start of the unit; `arm` and `phase` index the plan's lists; `n` numbers the row.
 */
export interface ArrivalTable {
  readonly at: readonly number[]
  readonly arm: readonly number[]
  readonly phase: readonly number[]
  readonly n: readonly number[]
}

/** A phase as an engine runs it. Phases begin at set instants, except after a burst or a closed phase: those end when answered. */
export interface PlanPhase {
  readonly name: string
  /** `open`: arrivals of the table. `burst`: likewise, connections opened first. `closed`: users loop until `duration`. */
  readonly kind: 'open' | 'burst' | 'closed'
  readonly arm: number | undefined
  readonly users: number
  readonly think: Micros
  readonly duration: Micros
  readonly count: number
  /** First row of a closed phase. */
  readonly firstRow: number
}

/**
 * Watchers of a plan. They are kept from one plan to the next that names the same `id`. `gather`: the plan's arrivals are they, and
 * they stay; `stay`: they are there while the load runs; `dismiss`: each says what it heard, and leaves.
 */
export interface PlanAudience {
  readonly id: string
  readonly stage: 'gather' | 'stay' | 'dismiss'
}

/** What an engine is to send in one unit. JSON; no closures. */
export interface Plan {
  readonly formatVersion: 1
  readonly scenario: string
  readonly profile: string
  readonly seed: string
  /** Hash of what is compared: resolved profile, shape of the data, journey; without seed, address, date. */
  readonly hash: string
  readonly load: Load
  readonly arms: readonly PlanArm[]
  readonly phases: readonly PlanPhase[]
  readonly audience?: PlanAudience
  /** Phases run one after the other; an arrival's `at` counts from the start of its phase. */
  readonly arrivalsFile: string
  readonly arrivals: number
  /** Compiled scenario and contract, ES modules with a default export. */
  readonly scenarioModule: string
  readonly contractModule: string
  readonly settings: ContractSettings
  readonly headers: Readonly<Record<string, string>>
  /** File of the secrets (a record of strings), mode 0600. */
  readonly secretsFile: string
  readonly timeout: Micros
  readonly workers: number
  /** Connections to one arm that the target's environment allows. */
  readonly maxConnections?: number
}

/**
 * A load that is sent elsewhere, by programs that nobody leads: all plans of one start, in order. JSON in a folder; the files that its
 * plans name lie beside it, and are named without a path. Modules are in the script.
 */
export interface LaidLoad {
  readonly formatVersion: 1
  /** By which samples are known to be of this load. */
  readonly id: string
  /** Mark of the script that sends it. */
  readonly script: string
  readonly scenario: string
  /** How a command line names it: by name, or by its file. */
  readonly named: string
  readonly profile: string
  readonly seed: string
  /** SHA-256 of its file of rows, in hex: other rows were not prepared for it. */
  readonly rows: string
  readonly plans: readonly Plan[]
}

/** Names in the folder of a laid load: it and what it names, the folder for what is sent back, who is at it, and that its rows are being taken away. */
export const laidFiles = {
  load: 'load.json',
  rows: 'rows.json',
  secrets: 'secrets.json',
  samples: 'samples',
  lock: 'collecting',
  clearing: 'clearing',
} as const
