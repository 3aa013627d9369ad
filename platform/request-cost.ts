import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<RequestCost>()

/** What one request costs the stores, through whatever functions it goes. */
export class RequestCost {
  /** Waits for an answer of Postgres: statements of its own, and those that others sent for it too. */
  postgresWaits = 0

  /** Runs work whose waits count here. */
  during<T>(work: () => T): T {
    return scope.run(this, work)
  }
}

/** One more wait for Postgres, if this is done for a request. */
export function countPostgresWait(): void {
  const cost = scope.getStore()
  if (cost !== undefined) cost.postgresWaits += 1
}
