import type { InvariantResult } from './artefact.js'

/** Names of invariants that had nothing to weigh on any start: nothing broke them, and nothing could have. */
export function unweighed(invariants: readonly InvariantResult[]): ReadonlySet<string> {
  const idle = new Set(invariants.filter(isIdle).map(({ name }) => name))
  for (const one of invariants) if (!isIdle(one)) idle.delete(one.name)
  return idle
}

/** Whether it held on one start without anything to weigh. */
export const isIdle = ({ status, looked }: InvariantResult): boolean =>
  status === 'held' && looked?.count === 0
