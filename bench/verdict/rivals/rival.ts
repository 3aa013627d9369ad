import type { Session } from '../requests.js'

export type Decision = 'regression' | 'pass' | 'inconclusive'

/** What people use today, on the same data. A change for the better is a pass. */
export interface Rival {
  readonly name: string
  /** How it decides, and where that is written. */
  readonly about: string
  /** Units that it looks at; further ones are not shown to it. */
  readonly units: number
  decide(session: Session): Decision
}
