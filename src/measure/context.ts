import type { Config } from '../model/config.js'
import type { Contract } from '../model/contract.js'
import type { Engine } from '../model/engine.js'
import type { Arm } from '../model/plan.js'

/** One arm as it can be reached during one fresh start. */
export interface ArmTarget {
  readonly arm: Arm
  readonly urls: readonly string[]
  /** Its own addresses, where `urls` are those of proxies in front of it. */
  readonly behind?: readonly string[]
  readonly postgres?: string
  readonly redis?: string
  /** What is compared: version, commit, address. Text for people and files, no secrets. */
  readonly subject: Readonly<Record<string, string>>
  /** Its processes, where we started them. */
  readonly processes?: readonly { readonly what: string; readonly pid: number }[]
  /** Resolves with a sentence when one of its processes ends by itself. */
  readonly lost?: Promise<string>
}

/** A step of the work, for the progress line. */
export interface Progress {
  readonly scenario: string
  readonly doing: string
  /** Share of this step that is done, 0 to 1, when it can be known. */
  readonly share?: number
  /** It is to be read later, too, and not written over. */
  readonly lasting?: true
}

/** What every measurement of one command shares. */
export interface MeasureContext {
  readonly contract: Contract
  /** File of the contract that workers import. */
  readonly contractModule: string
  readonly config: Config
  readonly engine: Engine
  /** Temporary folder, mode 0700, removed at the end. */
  readonly folder: string
  readonly seed: string
  readonly workers: number
  readonly signal: AbortSignal
  readonly say: (progress: Progress) => void
}
