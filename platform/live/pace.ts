export interface Pace {
  /** Work is wanted: at once, or when the last is long enough ago. Asking again meanwhile asks for nothing more. */
  ask(): void
  stop(): void
}

/** Begins `work` at most once in `ms` milliseconds. The last wish is always followed by a beginning. */
export function atMostEvery(ms: number, work: () => void): Pace {
  let timer: NodeJS.Timeout | undefined
  let began = -Infinity
  const begin = (): void => {
    timer = undefined
    began = performance.now()
    work()
  }
  return {
    ask: () => {
      if (timer !== undefined) return
      const wait = began + ms - performance.now()
      if (wait <= 0) begin()
      else timer = setTimeout(begin, wait).unref()
    },
    stop: () => clearTimeout(timer),
  }
}
