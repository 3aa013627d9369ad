/** Who is woken when a time has passed. */
export interface Sleeper {
  ring(): void
}

/** Time as the socket needs it, in microseconds on one monotonic clock: the clock of every `at` that it is given. */
export interface Timers {
  now(): number
  /** Rings once after `delay` microseconds, unless what it returns is closed before. */
  after(delay: number, sleeper: Sleeper): { close(): void }
}
