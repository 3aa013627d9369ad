/** What the program `soak` is to do. */
export interface SoakOrder {
  readonly url: string
  /** Starts a second. */
  readonly rate: number
  readonly minutes: number
}

interface Times {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly count: number
}

/** One minute of a soak: resident memory in bytes, times in microseconds. */
export interface Minute {
  readonly minute: number
  /** Of the engine's workers together, and of the process that holds the engine. */
  readonly workers: number
  readonly main: number
  readonly lag: Times
  readonly total: Times
}

/** The books at its end. */
export interface SoakEnd {
  readonly intended: number
  readonly started: number
  readonly answered: number
  readonly cutShort: boolean
}
