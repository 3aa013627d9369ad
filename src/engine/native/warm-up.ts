import type { FromWorker } from './messages.js'
import type { Session } from './session.js'

// How long a refused connection is tried again.
const patience = 5_000_000

/** Opens the connections of a burst, one a journey as far as the pools allow. Returns why it could not, if it could not. */
export async function warmUp(
  session: Session,
  phase: number,
  stop: () => boolean,
): Promise<Extract<FromWorker, { type: 'opened' }>['failure']> {
  const share = session.shares[phase]
  for (const [index, { arm, pools }] of session.unit.arms.entries()) {
    const own = share?.n.filter((_, place) => share.arm[place] === index)
    for (const [node, pool] of pools.entries()) {
      const wanted = own?.filter((n) => n % pools.length === node).length ?? 0
      const failure = await pool.warm(wanted, patience, stop)
      if (failure !== undefined) return { arm, reason: failure.reason, message: failure.message }
    }
  }
  return undefined
}
