import { setTimeout as sleep } from 'node:timers/promises'
import { rules } from '../health/rules.js'
import { stealNow } from '../machine/steal.js'

/** Returns once other machines on the same host leave this one its time, or when nobody may wait any longer. Rejects on abort. */
export type Calm = (patient: () => boolean, signal: AbortSignal) => Promise<void>

/** For how long the machine is looked at, how long after that again, and for how long at most in all: milliseconds. */
const look = 500
const pause = 1_000
const longest = 60_000
/** So many looks in a row: what takes the time comes in gusts of some seconds. */
const wanted = 2

const limit = rules.find(({ name }) => name === 'steal')?.degraded ?? 0

/** As `Calm`; `steal` looks at the machine, once. */
export async function awaitCalm(
  patient: () => boolean,
  signal: AbortSignal,
  { steal = () => stealNow(look), wait = pause } = {},
): Promise<void> {
  const end = performance.now() + longest
  for (let calm = 0; performance.now() < end && patient();) {
    calm = ((await steal()) ?? 0) > limit ? 0 : calm + 1
    if (calm === wanted) return
    await sleep(wait, undefined, { signal })
  }
}
