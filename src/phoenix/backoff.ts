/**
 * How a lost connection is dialled again. `faithful`: 10, 50, 100, 150, 200, 250, 500, 1000, 2000, then 5000 ms, as the browser
 * client does; `jitter`: a share of those in [0, 1), from `random` or Math.random. Source: phoenix-wire §7.
 */
export interface Backoff {
  readonly kind: 'faithful' | 'jitter'
  readonly random?: () => number
}

const redialSteps = [10, 50, 100, 150, 200, 250, 500, 1000, 2000]
const rejoinSteps = [1000, 2000, 5000]

/** Delay before try `n`, counted from 1, microseconds. */
export function redialDelay({ kind, random = Math.random }: Backoff, n: number): number {
  const step = (redialSteps[n - 1] ?? 5000) * 1000
  return kind === 'jitter' ? Math.floor(step * random()) : step
}

/** Delay before a channel's rejoin `n`, counted from 1, microseconds: 1, 2, 5, then 10 s. Source: phoenix-wire §7. */
export function rejoinDelay(n: number): number {
  return (rejoinSteps[n - 1] ?? 10_000) * 1000
}
