/** What a figure must keep to: a bound on the ratio where there is a peer, else on our own figure. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number }

/** One line of the table. `ratio` is ours over the peer's: the median of the rounds. */
export interface Row {
  /** Stable name for machines: `http-cpu.autocannon`. */
  readonly id: string
  readonly what: string
  readonly unit: string
  readonly ours: number
  readonly peer?: { readonly name: string; readonly value: number }
  readonly ratio?: number
  /** Lowest and highest round: of the ratio where there is a peer, else of our own figure. */
  readonly spread?: readonly [low: number, high: number]
  readonly goal?: Goal
  /** What a reader must know to trust the figure. */
  readonly note?: string
}

export interface BenchContext {
  /** How many times each side is measured, alternating. */
  readonly rounds: number
  /** Tells people what goes on; not part of the result. */
  readonly log: (line: string) => void
}

/** One measurement with its peers. Throws an Error that says what is missing when it cannot be made here. */
export interface Bench {
  readonly name: string
  readonly about: string
  run(context: BenchContext): Promise<readonly Row[]>
}

/** Whether a row keeps its goal; undefined when it has none. A figure that is not a number keeps none. */
export function holds({ goal, ratio, ours }: Row): boolean | undefined {
  if (goal === undefined) return undefined
  const value = ratio ?? ours
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}
