import { connect } from 'node:net'
import type { Arm } from '../../model/plan.js'
import type { Tally } from '../journey/tally.js'

interface Streak {
  good: number
  lostBefore: number
  since: number | undefined
}

const fewest = 20
const patience = 2_000
const patienceAtStart = 5_000

/** As much of a tally as tells whether a target is there. */
export type Ended = Pick<Tally, 'begun' | 'answered' | 'timedOut' | 'failed' | 'lost' | 'lostStreak'>

/** That much of a tally, and no more of it. */
export const endedOf = ({ begun, answered, timedOut, failed, lost, lostStreak }: Tally): Ended => ({
  begun,
  answered,
  timedOut,
  failed,
  lost,
  lostStreak,
})

/** Tells when nobody answers any more: every step that ended for a while was refused or reset. */
export class LostTarget {
  private readonly streaks = new Map<Arm, Streak>()

  /** Takes an arm's counts, at milliseconds of one clock. True when its target is lost. */
  see(arm: Arm, tallies: readonly Ended[], now: number): boolean {
    const ended = sum(tallies, (tally) => tally.answered + tally.timedOut + tally.failed)
    const lost = sum(tallies, (tally) => tally.lost)
    const good = ended - lost
    const trailing = sum(tallies, (tally) => tally.lostStreak)
    const streak = this.streaks.get(arm) ?? { good: 0, lostBefore: 0, since: undefined }
    this.streaks.set(arm, streak)
    if (good > streak.good) {
      streak.good = good
      streak.lostBefore = lost - trailing
      streak.since = trailing > 0 ? now : undefined
    } else if (lost > streak.lostBefore) {
      streak.since ??= now
    }
    if (streak.since === undefined) return false
    const enough = lost - streak.lostBefore >= fewest
    // A target may be slow with its first answers: whoever is under way may yet be answered.
    const nobodyWaits = sum(tallies, (tally) => tally.begun) === ended
    if (good === 0 && now - streak.since >= patienceAtStart) return enough || nobodyWaits
    return enough && now - streak.since >= patience
  }

  /** True while an arm's last steps, however few, all found nobody. */
  suspected(arm: Arm): boolean {
    return this.streaks.get(arm)?.since !== undefined
  }
}

const sum = (tallies: readonly Ended[], of: (tally: Ended) => number): number =>
  tallies.reduce((total, tally) => total + of(tally), 0)

/** True when an address refuses a connection, which settles what too short a streak left open. */
export function refuses(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url)
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: number, timeout: 1_000 })
    const end = (refused: boolean): void => {
      socket.destroy()
      resolve(refused)
    }
    socket.once('connect', () => end(false))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(true))
  })
}
