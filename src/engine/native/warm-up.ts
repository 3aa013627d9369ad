import type { FromWorker } from '../journey/messages.js'
import type { Session } from '../journey/session.js'
import type { HttpPool } from './http/pool.js'

// How long a refused connection is tried again.
const patience = 5_000_000

/**
 * Opens the connections of a burst, one a journey as far as the pools allow; `pools` are those of each arm by node. Returns why it could
 * not, if it could not.
 */
export async function warmUp(
  session: Session,
  pools: readonly (readonly HttpPool[])[],
  phase: number,
  stop: () => boolean,
): Promise<Extract<FromWorker, { type: 'opened' }>['failure']> {
  const share = session.shares[phase]
  for (const [index, { arm }] of session.unit.arms.entries()) {
    const own = share?.n.filter((_, place) => share.arm[place] === index)
    const nodes = pools[index] ?? []
    for (const [node, pool] of nodes.entries()) {
      const wanted = own?.filter((n) => n % nodes.length === node).length ?? 0
      const failure = await pool.warm(wanted, patience, stop)
      if (failure !== undefined) return { arm, reason: failure.reason, message: failure.message }
    }
  }
  return undefined
}
