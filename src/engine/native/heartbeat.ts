import { readRunDelay } from '../../machine/use.js'

/** Milliseconds between two beats. */
const period = 50

/** Microseconds: when it was, and what the process had used and waited for a core by then. */
interface Beat {
  readonly at: number
  readonly used: number
  readonly waited: number
}

const beat = (): Beat => {
  const { user, system } = process.cpuUsage()
  return { at: performance.now() * 1_000, used: user + system, waited: readRunDelay() ?? 0 }
}

/**
 * Beats while the process runs. A pause in which it had no work to do, and did not wait for a core either, is one that somebody else
 * made: SIGSTOP, a frozen container, a page that came from a disk. A percentile of the event loop's delay knows nothing of it, since a
 * pause of a second is one turn among thousands.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined
  private last: Beat = { at: 0, used: 0, waited: 0 }
  private longest = 0

  begin(): void {
    this.last = beat()
    this.timer = setInterval(() => this.beat(), period)
  }

  /** Ends it. The longest pause, microseconds. */
  end(): number {
    if (this.timer === undefined) return 0
    clearInterval(this.timer)
    this.beat()
    return Math.round(this.longest)
  }

  private beat(): void {
    const now = beat()
    const { at, used, waited } = this.last
    const still = now.at - at - period * 1_000 - (now.used - used) - (now.waited - waited)
    this.longest = Math.max(this.longest, still)
    this.last = now
  }
}
