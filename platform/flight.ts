/** Work under way by name: who asks for the same meanwhile waits for it instead of doing it again. */
export class Flights<V> {
  readonly #under = new Map<string, Promise<V>>()

  once(name: string, work: () => Promise<V>): Promise<V> {
    const running = this.#under.get(name)
    if (running !== undefined) return running
    const flight = work().finally(() => this.#under.delete(name))
    this.#under.set(name, flight)
    return flight
  }
}
