/** What is begun at set instants: `count` things, `due` in order on the monotonic clock. */
export interface Schedule {
  readonly count: number
  readonly due: (index: number) => number
  readonly begin: (index: number) => void
  /** Called while there is time, before the thing is due. */
  readonly prepare: (index: number) => void
  /** How many late ones may begin before answers are read again. */
  readonly atOnce: number
}

/** Begins the things of a schedule at their instants. */
export interface Pacing {
  /** Resolves when all have begun, or it was stopped. */
  run(): Promise<void>
  stop(): void
}
