import type { Timers } from '../../../phoenix/timers.js'
import { monotonic } from '../clock.js'

/** The protocol core's clock in Node. */
export const timers: Timers = {
  now: monotonic,
  after: (delay, run) => {
    const timer = setTimeout(run, Math.max(0, delay) / 1_000)
    return () => clearTimeout(timer)
  },
}
