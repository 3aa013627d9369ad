/** Upper bounds of the duration buckets, seconds. */
const bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

interface Durations {
  readonly buckets: number[]
  sum: number
  count: number
}

export type Layer = 'ets' | 'redis' | 'db'

/** Counts of one node since its start, in the words of Prometheus. */
export class Metrics {
  readonly #counters = new Map<string, number>()
  readonly #durations = new Map<string, Durations>()

  /** Adds to a counter; `labels` as Prometheus writes them, without braces. */
  count(name: string, labels = '', by = 1): void {
    const key = labels === '' ? name : `${name}{${labels}}`
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by)
  }

  /** One look into a layer of the cache (contract §6, counters). */
  lookup(table: string, layer: Layer, hit: boolean): void {
    this.count(
      'voelgoedevents_cache_lookups_total',
      `table="${table}",layer="${layer}",result="${hit ? 'hit' : 'miss'}"`,
    )
  }

  request(route: string, status: number, milliseconds: number): void {
    this.count('voelgoedevents_requests_total', `route="${route}",status="${status}"`)
    let durations = this.#durations.get(route)
    if (durations === undefined) {
      durations = { buckets: bounds.map(() => 0), sum: 0, count: 0 }
      this.#durations.set(route, durations)
    }
    const seconds = milliseconds / 1000
    const place = bounds.findIndex((bound) => seconds <= bound)
    if (place >= 0) durations.buckets[place] = (durations.buckets[place] ?? 0) + 1
    durations.sum += seconds
    durations.count += 1
  }

  /** Prometheus text format 0.0.4. */
  render(): string {
    const lines: string[] = []
    const typed = new Set<string>()
    for (const [key, value] of [...this.#counters].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const name = key.split('{', 1)[0] ?? key
      if (!typed.has(name)) lines.push(`# TYPE ${name} counter`)
      typed.add(name)
      lines.push(`${key} ${value}`)
    }
    const name = 'voelgoedevents_request_duration_seconds'
    lines.push(`# TYPE ${name} histogram`)
    for (const [route, { buckets, sum, count }] of this.#durations) {
      let below = 0
      for (const [place, bound] of bounds.entries()) {
        below += buckets[place] ?? 0
        lines.push(`${name}_bucket{route="${route}",le="${bound}"} ${below}`)
      }
      lines.push(`${name}_bucket{route="${route}",le="+Inf"} ${count}`)
      lines.push(`${name}_sum{route="${route}"} ${sum}`, `${name}_count{route="${route}"} ${count}`)
    }
    return `${lines.join('\n')}\n`
  }
}
