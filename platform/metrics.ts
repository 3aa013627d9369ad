/** Upper bounds of the duration buckets, seconds. */
const bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

interface Durations {
  readonly buckets: number[]
  sum: number
  count: number
}

export type Layer = 'ets' | 'redis' | 'db'

const labelled = (name: string, labels: string): string => (labels === '' ? name : `${name}{${labels}}`)

/** Counts, levels and durations of one node since its start, in the words of Prometheus. */
export class Metrics {
  readonly #counters = new Map<string, number>()
  readonly #levels = new Map<string, number>()
  /** By name, then by labels. */
  readonly #durations = new Map<string, Map<string, Durations>>()

  /** Adds to a counter; `labels` as Prometheus writes them, without braces. */
  count(name: string, labels = '', by = 1): void {
    const key = labelled(name, labels)
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by)
  }

  /** Moves something that goes up and down, such as the number of open sockets. */
  level(name: string, labels: string, by: number): void {
    const key = labelled(name, labels)
    this.#levels.set(key, (this.#levels.get(key) ?? 0) + by)
  }

  /** One look into a layer of the cache (contract §6, counters). */
  lookup(table: string, layer: Layer, hit: boolean): void {
    this.count(
      'voelgoedevents_cache_lookups_total',
      `table="${table}",layer="${layer}",result="${hit ? 'hit' : 'miss'}"`,
    )
  }

  request(route: string, status: number, milliseconds: number, waitedForPostgres: boolean): void {
    this.count('voelgoedevents_requests_total', `route="${route}",status="${status}"`)
    // Counted from zero: a series that is missing says nothing.
    this.count('voelgoedevents_requests_without_db_total', `route="${route}"`, waitedForPostgres ? 0 : 1)
    this.observe('voelgoedevents_request_duration_seconds', `route="${route}"`, milliseconds / 1000)
  }

  /** One duration, in seconds. */
  observe(name: string, labels: string, seconds: number): void {
    let byLabels = this.#durations.get(name)
    if (byLabels === undefined) this.#durations.set(name, (byLabels = new Map<string, Durations>()))
    let durations = byLabels.get(labels)
    if (durations === undefined) {
      durations = { buckets: bounds.map(() => 0), sum: 0, count: 0 }
      byLabels.set(labels, durations)
    }
    const place = bounds.findIndex((bound) => seconds <= bound)
    if (place >= 0) durations.buckets[place] = (durations.buckets[place] ?? 0) + 1
    durations.sum += seconds
    durations.count += 1
  }

  /** Prometheus text format 0.0.4. */
  render(): string {
    const { rss, heapUsed, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const { active, idle } = performance.eventLoopUtilization()
    const spent = new Map([
      ['process_cpu_seconds_total', (user + system) / 1_000_000],
      ['nodejs_eventloop_active_seconds_total', active / 1000],
      ['nodejs_eventloop_idle_seconds_total', idle / 1000],
    ])
    const ofProcess = new Map([
      ['nodejs_external_memory_bytes', external],
      ['nodejs_heap_size_used_bytes', heapUsed],
      ['process_resident_memory_bytes', rss],
      ['process_start_time_seconds', performance.timeOrigin / 1000],
    ])
    const lines = [
      ...simple('counter', this.#counters),
      ...simple('counter', spent),
      ...simple('gauge', this.#levels),
      ...simple('gauge', ofProcess),
      ...[...this.#durations].flatMap(([name, byLabels]) => histogram(name, byLabels)),
    ]
    return `${lines.join('\n')}\n`
  }
}

function simple(type: 'counter' | 'gauge', values: ReadonlyMap<string, number>): string[] {
  const lines: string[] = []
  const typed = new Set<string>()
  for (const [key, value] of [...values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = key.split('{', 1)[0] ?? key
    if (!typed.has(name)) lines.push(`# TYPE ${name} ${type}`)
    typed.add(name)
    lines.push(`${key} ${value}`)
  }
  return lines
}

function histogram(name: string, byLabels: ReadonlyMap<string, Durations>): string[] {
  const lines = [`# TYPE ${name} histogram`]
  for (const [labels, { buckets, sum, count }] of byLabels) {
    const before = labels === '' ? '' : `${labels},`
    let below = 0
    for (const [place, bound] of bounds.entries()) {
      below += buckets[place] ?? 0
      lines.push(`${name}_bucket{${before}le="${bound}"} ${below}`)
    }
    lines.push(`${name}_bucket{${before}le="+Inf"} ${count}`)
    lines.push(`${labelled(`${name}_sum`, labels)} ${sum}`, `${labelled(`${name}_count`, labels)} ${count}`)
  }
  return lines
}
