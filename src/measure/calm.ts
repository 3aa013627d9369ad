import { setTimeout as sleep } from 'node:timers/promises'
import { rules } from '../health/rules.js'
import { stealNow } from '../machine/steal.js'

/**
 * What is done for a machine of whose time other machines on the same host take some: its cores are kept awake from now on, and it is waited
 * until the others leave it its time, or nobody may wait any longer. Rejects on abort.
 */
export type Calm = (patient: () => boolean, signal: AbortSignal) => Promise<void>

/** For how long the machine is looked at, how long after that again, and for how long at most in all: milliseconds. */
const look = 500
const pause = 500
const longest = 30_000
/** So many looks in a row: what takes the time comes in gusts of some seconds. */
const wanted = 2

const limit = rules.find(({ name }) => name === 'steal')?.degraded ?? 0

/** As `Calm`; `rouse` keeps the cores awake, `steal` looks at the machine, once. */
export async function awaitCalm(
  rouse: () => void,
  patient: () => boolean,
  signal: AbortSignal,
  { steal = () => stealNow(look, signal), wait = pause } = {},
): Promise<void> {
  rouse()
  const end = performance.now() + longest
  for (let calm = 0; performance.now() < end && patient();) {
    calm = ((await steal()) ?? 0) > limit ? 0 : calm + 1
    if (calm === wanted) return
    await sleep(wait, undefined, { signal })
  }
}
