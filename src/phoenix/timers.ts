/** Time as the socket needs it, in microseconds on one monotonic clock: the clock of every `at` that it is given. */
export interface Timers {
  now(): number
  /** Runs once after `delay` microseconds; what it returns cancels. */
  after(delay: number, run: () => void): () => void
}
