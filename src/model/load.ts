import type { Micros, PerSecond } from './time.js'

/**
 * When journeys start. Open kinds fix every start before the run; `closed` starts a journey when its user is free again.
 * `open` has Poisson arrivals, `constant` even ones; `surge` is the opening of a sale: `first` evenly in its first second, and then a
 * rate that halves every `halfLife`; `burst` starts `count` journeys at one instant, connections opened beforehand.
 */
export type Arrivals =
  | { readonly kind: 'open'; readonly rate: PerSecond; readonly duration: Micros }
  | { readonly kind: 'constant'; readonly rate: PerSecond; readonly duration: Micros }
  | { readonly kind: 'ramp'; readonly from: PerSecond; readonly to: PerSecond; readonly duration: Micros }
  | {
      readonly kind: 'spike'
      readonly base: PerSecond
      readonly peak: PerSecond
      readonly at: Micros
      readonly lasts: Micros
      readonly duration: Micros
    }
  | {
      readonly kind: 'surge'
      /** Journeys in the first second. */
      readonly first: number
      readonly halfLife: Micros
      readonly duration: Micros
    }
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'trace'; readonly starts: readonly Micros[] }
  | { readonly kind: 'closed'; readonly users: number; readonly duration: Micros; readonly think: Micros }

/** One stretch of a load, named so that a journey and its rows can tell in which one they are. */
export type Phase = { readonly name: string; readonly arrivals: Arrivals }

/** Phases one after the other, each begun when the one before it is answered. */
export interface Load {
  readonly phases: readonly Phase[]
}
