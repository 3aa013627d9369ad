import type { ContractSettings } from './contract.js'
import type { Micros } from './time.js'

/** Stores of a target, where they can be reached. Without them the store part of invariants is not checked. */
export interface TargetSpec {
  /** Addresses of the nodes; the first is the one that is looked at first. */
  readonly urls: readonly string[]
  readonly postgres?: string
  readonly redis?: string
}

/** `vge-perf.config.ts` after it was checked: all that the contract leaves open. */
export interface Config {
  /** Path of a contract module; ours when absent. */
  readonly contract?: string
  readonly settings: ContractSettings
  /** Folder of scenarios; ours when absent. */
  readonly scenarios?: string
  readonly targets: { readonly control?: TargetSpec; readonly candidate?: TargetSpec }
  /** Settings of the embedded platform, by its names, and the cores that it and its stores are held to, such as `1` or `1,3-4`. */
  readonly embedded: {
    readonly nodes: number
    readonly settings: Readonly<Record<string, string>>
    readonly cores?: string
  }
  readonly generator: GeneratorConfig
  /** Sent with every request. Values may be secrets: never printed, never in an artefact. */
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** How rows come to be: by SQL in a tenant of their own, or from a file that somebody made. */
  readonly data: { readonly adapter: 'sql' } | { readonly adapter: 'file'; readonly file: string }
  readonly waive: readonly string[]
  /** Label of the machine class and of the target's topology, for the fingerprint; what the candidate is, for people. */
  readonly labels: {
    readonly machine?: string
    readonly topology?: string
    readonly version?: string
    readonly commit?: string
  }
  readonly environments: Readonly<Record<string, Environment>>
  /** File in which `calibrate` keeps what it found, and in which `gate` looks. */
  readonly calibration: string
  readonly gate: { readonly maxUnits: number; readonly budget: Micros }
}

/** For how long a gate takes further starts, unless it is told otherwise. A quiet machine is done before. */
export const usualMinutes = 16
/** Nobody waits longer for one gate. */
export const mostMinutes = 120
/** Units of a scenario that a gate can be allowed to take. */
export const mostUnits = 60

/** The processes that send load, on this machine. */
export interface GeneratorConfig {
  /** What sends; `native` when absent. */
  readonly engine?: 'native' | 'k6'
  /** The k6 program; that of K6_BIN, else of PATH, when absent. */
  readonly k6?: string
  /** How many; 1 when absent. */
  readonly workers?: number
  /** Cores that they are held to, such as `0` or `0,2-3`; each of them may use them all. */
  readonly cores?: string
  /** Their niceness, −20 (first) to 19 (last). */
  readonly nice?: number
  /** Addresses of this machine to connect from, by turns. On loopback further ones are taken when they are needed, and these are not. */
  readonly sourceAddresses?: readonly string[]
}

/** A target beyond loopback, and what may be done to it. */
export interface Environment {
  readonly hosts: readonly string[]
  readonly maxRate: number
  readonly maxConnections: number
  readonly profiles: readonly string[]
}
