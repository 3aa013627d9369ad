/** What the bench of live views measures in one round. Times in microseconds, memory in bytes. */
export interface ViewsFigures {
  /** Most that all processes of the generator held while diffs came, resident. */
  readonly rss: number
  /** Of the worker before the first diff, resident, after a forced collection. */
  readonly idle: number
  readonly delay: { readonly p99: number; readonly max: number }
  /** Of one core, 0 to 1. */
  readonly cpu: number
  readonly gcPause: number
  /** From the instant that a diff names to its arrival. */
  readonly told: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number }
  /** Diffs that the target sent, and that the views heard. */
  readonly sent: number
  readonly heard: number
  /** Fewest and most diffs that the sampled pages show in the end. */
  readonly ticks: readonly [fewest: number, most: number]
}
