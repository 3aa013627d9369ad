import type { Part } from '../../model/engine.js'
import type { Arm } from '../../model/plan.js'

/** What a sample is of, and with it the parts that it may have, in the order in which a sample gives them. */
export const partsOfKind = {
  request: ['total', 'service', 'lag', 'queue', 'connect', 'tls', 'send', 'wait', 'receive', 'unattributed'],
  whole: ['total', 'service', 'lag'],
  page: ['total', 'service', 'lag', 'connect', 'send', 'page', 'upgrade', 'join', 'reply', 'effect'],
} as const satisfies Record<string, readonly Part[]>

export type SampleKind = keyof typeof partsOfKind

/** A timed step or journey: whole microseconds a part, in the order of its kind. Parts that took no time may be left out at the end. */
export type Sample = readonly [total: number, service: number, ...others: number[]]

/** Which samples belong together. */
export interface SampleKey {
  readonly arm: Arm
  readonly metric: string
  readonly outcome: string
}

/** Who keeps what a unit yields. */
export interface SampleTaker {
  /** `at` is the intended start, microseconds of the unit. */
  add(key: SampleKey, n: number, at: number, sample: Sample, kind: SampleKind): void
}
