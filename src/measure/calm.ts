import { setTimeout as sleep } from 'node:timers/promises'
import { degradedOver } from '../health/rules.js'
import type { Wakefulness } from '../machine/awake.js'
import { stealNow } from '../machine/steal.js'

/** What other machines on the same host took of a unit's time, as `rules.ts` has it of steal: more than is degraded, or more than is invalid. */
export type Theft = 'some' | 'much'

/**
 * What is done for a machine of which some time was taken: it is waited until the others leave it its time, or nobody may wait any
 * longer. Rejects on abort.
 */
export type Calm = (taken: Theft, patient: () => boolean, signal: AbortSignal) => Promise<void>

/** For how long the machine is looked at, how long after that again, and for how long at most in all: milliseconds. */
const look = 500
const pause = 500
const longest = 30_000
/** So many looks in a row: what takes the time comes in gusts of some seconds. */
const wanted = 2

const limit = degradedOver('steal')

/**
 * As `Calm`; `steal` looks at the machine, once. The cores are awake while it is looked at, and stay so where much was taken: where little
 * is, they are better off asleep.
 */
export async function awaitCalm(
  cores: Wakefulness,
  taken: Theft,
  patient: () => boolean,
  signal: AbortSignal,
  { steal = () => stealNow(look, signal), wait = pause, most = longest } = {},
): Promise<void> {
  const stay = taken === 'much' || cores.awake
  cores.rouse()
  try {
    const end = performance.now() + most
    for (let calm = 0; performance.now() < end && patient();) {
      calm = ((await steal()) ?? 0) > limit ? 0 : calm + 1
      if (calm === wanted) return
      await sleep(wait, undefined, { signal })
    }
  } finally {
    if (!stay) cores.rest()
  }
}
