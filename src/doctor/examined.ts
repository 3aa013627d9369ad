import type { Condition } from '../model/condition.js'
import type { Config, TargetSpec } from '../model/config.js'
import type { Arm } from '../model/plan.js'
import type { Machine } from './machine.js'

/** A target that somebody else runs. */
export interface NamedTarget extends TargetSpec {
  readonly arm: Arm
  /** Asks one of its addresses whether it lives and is the platform. Rejects with `UserError` when not. */
  readonly greet: (url: string) => Promise<void>
  /** Where one of its addresses tells its health. */
  readonly health: (url: string) => URL
}

/** What is looked at: this machine, the configuration, the targets that are named. Without one the embedded platform is meant. */
export interface Examined {
  readonly machine: Machine
  readonly config: Config
  readonly targets: readonly NamedTarget[]
  /** Connections to one arm at most: of the gate's own profile, `smoke`, and of any profile that there is. */
  readonly needs: { readonly smoke: number; readonly any: number }
  /** For how long noise is measured, milliseconds. */
  readonly noise: number
}

export type Check = (examined: Examined) => Condition | readonly Condition[] | Promise<readonly Condition[]>
