import type { Sleeper, Timers } from '../../../phoenix/timers.js'
import { monotonic } from '../clock.js'

// One function for all: ten thousand sockets have a timer each.
const ring = (sleeper: Sleeper): void => sleeper.ring()

/** The protocol core's clock. Node's timers close themselves; those of k6 are numbers. */
export const timers: Timers = {
  now: monotonic,
  after: (delay, sleeper) => {
    const timer: NodeJS.Timeout | number = setTimeout(ring, Math.max(0, delay) / 1_000, sleeper)
    return typeof timer === 'object' ? timer : { close: () => clearTimeout(timer) }
  },
}
