import { messageOf } from '../../model/errors.js'
import type { JsonObject, StepArguments } from '../../model/scenario.js'
import type { Failure } from './errors.js'
import type { Split } from './split.js'

/**
 * How an operation ended. `answered`: the target gave a complete answer, whatever it said; `edge` when a proxy gave it;
 * `malformed` says what is wrong with its body.
 */
export type Reply =
  | {
      readonly kind: 'answered'
      readonly answer: string
      readonly json: JsonObject
      readonly status: number | undefined
      readonly edge: boolean
      readonly malformed: string | undefined
    }
  | { readonly kind: 'timed_out'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** A step under way. */
export interface Pending {
  readonly split: Split
  /** Ends it because its time is over. */
  expire(): void
  /** Forgets it: its reply never comes. */
  cancel(): void
}

/** Sends one operation. `done` comes once, unless the step is cancelled; throws when the request cannot be built. */
export type Caller = (n: number, args: StepArguments, split: Split, done: (reply: Reply) => void) => Pending

/** What the contract's code threw while it built or read an operation: a mistake on our side. */
export function contractThrew(error: unknown): Reply {
  return {
    kind: 'failed',
    failure: { class: 'generator', reason: 'contract_threw', message: messageOf(error) },
  }
}

/** The word that the contract's `answer` gave, which is code of a user's. Throws when it is none. */
export function wordOf(given: unknown): string {
  if (typeof given === 'string') return given
  // Only its type: what it holds may be a token.
  throw new Error(`The contract's answer() gave ${given === null ? 'null' : typeof given}, not a string.`)
}

/** A reply from the contract's code, whose mistakes must not end the engine. */
export function readSafely(read: () => Reply): Reply {
  try {
    return read()
  } catch (error) {
    return contractThrew(error)
  }
}
