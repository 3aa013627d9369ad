import { bits } from '../../src/schedule/random.js'

export type LawKind = 'constant' | 'exponential' | 'stalling' | 'doubling'

/** All that a law is made of; plain data, so that a target can be told it. Times in microseconds. */
export interface LawOptions {
  readonly kind: LawKind
  readonly mean: number
  readonly seed: string
  /** Of a law that doubles: the number from which on a service takes twice the mean. */
  readonly half: number
}

/** When a server does nothing at all: for `lasts` from each whole multiple of `every` on, but not at 0. Microseconds. */
export interface Stalls {
  readonly every: number
  readonly lasts: number
}

/** How long a server works on request n, microseconds, and when it stands still. Pure in n. */
export interface Law {
  readonly service: (n: number) => number
  readonly stalls: Stalls | undefined
}

const stalls: Stalls = { every: 2_000_000, lasts: 100_000 }

/** The law of its options. The exponential one draws from the seed by n. */
export function lawOf({ kind, mean, seed, half }: LawOptions): Law {
  switch (kind) {
    case 'constant':
      return { service: () => mean, stalls: undefined }
    case 'exponential':
      // The draw is in (0, 1]: the logarithm of 0 is no time.
      return {
        service: (n) => -Math.log((bits(seed, n, 'service') + 1) / 0x1_0000_0000) * mean,
        stalls: undefined,
      }
    case 'stalling':
      return { service: () => mean, stalls }
    case 'doubling':
      return { service: (n) => (n < half ? mean : 2 * mean), stalls: undefined }
  }
}

/** Requests a second that a server of this law can serve for ever, before it doubles. */
export function capacityOf({ kind, mean }: LawOptions): number {
  const standing = kind === 'stalling' ? stalls.lasts / stalls.every : 0
  return (1_000_000 / mean) * (1 - standing)
}
