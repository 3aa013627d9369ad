import { countPostgresWait, RequestCost } from './request-cost.js'

interface Flight<V> {
  readonly result: Promise<V>
  readonly cost: RequestCost
}

/** Work under way by name: who asks for the same meanwhile waits for it instead of doing it again. */
export class Flights<V> {
  readonly #under = new Map<string, Flight<V>>()

  async once(name: string, work: () => Promise<V>): Promise<V> {
    const { result, cost } = this.#under.get(name) ?? this.#start(name, work)
    try {
      return await result
    } finally {
      // Whoever waited for it has waited for its statements, too.
      if (cost.postgresWaits > 0) countPostgresWait()
    }
  }

  #start(name: string, work: () => Promise<V>): Flight<V> {
    const cost = new RequestCost()
    const flight = { cost, result: cost.during(work).finally(() => this.#under.delete(name)) }
    this.#under.set(name, flight)
    return flight
  }
}
