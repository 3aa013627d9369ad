/** A seeded whole number in [0, limit) by the name of the choice. */
export type Draw = (name: string, limit: number) => number

/** What one run gets of a fault; journeys see it. `path` is what the target is asked for. */
export interface Dose {
  readonly path: Path
  readonly [name: string]: string | number
}

/** How the target answers: at once, after 10 ms, after 200 ms, not for 300 ms in every 600, never for a third, with 503. */
export type Path = 'fast' | 'work' | 'slow' | 'stall' | 'hang' | 'refuse'

/** Something wrong with the generator, or with the target, that can be planted. */
export interface Fault {
  readonly name: string
  readonly about: string
  /** What must be said of its runs: `invalid`, or anything but that. */
  readonly goal: 'invalid' | 'trusted'
  readonly dose: (draw: Draw) => Dose
  /** Code that the scenario's module runs when a worker reads it. */
  readonly module?: (dose: Dose) => string
  /** Code that each journey runs before its step; it sees `vu`, `n` and `dose`. */
  readonly journey?: string
  /** Planted once for all runs, into the worker of a process id. Returns what takes it away, which must be synchronous. */
  readonly lasting?: (pid: number) => () => void
  /** Planted anew in each run, as soon as its worker is known. */
  readonly each?: (pid: number, dose: Dose) => void
  /** Needs a worker of its own in each run. */
  readonly fresh?: boolean
}
