import type { Reading } from './prometheus.js'

/** Says which process answered: another start, and its counters began anew. A name that all Prometheus clients share. */
const processStart = 'process_start_time_seconds'

const metricOf = (series: string): string => series.split('{', 1)[0] ?? series

/** Counters that cannot be told, since their process was replaced or they shrank or went away. */
const lostOf = (before: Reading, after: Reading): readonly string[] => {
  const replaced = before.get(processStart)?.value !== after.get(processStart)?.value
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => {
    const [was, is] = [before.get(key), after.get(key)]
    if (!(is ?? was)?.isCounter) return false
    return replaced || (was !== undefined && (is === undefined || is.value < was.value))
  })
}

/**
 * What happened between two readings of the same nodes, all nodes summed: of a counter its growth, which for one that
 * was not there before is all of it; of anything else the value at the end. A counter that one node lost is left out
 * with all its labels, since the rest of it would be taken for the whole.
 */
export function changeOf(begin: readonly Reading[], end: readonly Reading[]): ReadonlyMap<string, number> {
  const change = new Map<string, number>()
  const lost = new Set<string>()
  for (const [node, after] of end.entries()) {
    const before: Reading = begin[node] ?? new Map()
    for (const key of lostOf(before, after)) lost.add(metricOf(key))
    for (const [key, { value, isCounter }] of after) {
      const since = isCounter ? (before.get(key)?.value ?? 0) : 0
      change.set(key, (change.get(key) ?? 0) + value - since)
    }
  }
  return new Map([...change].filter(([key]) => !lost.has(metricOf(key))))
}
