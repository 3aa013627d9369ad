import { PerformanceObserver } from 'node:perf_hooks'
import type { Metrics } from './metrics.js'

const seconds = 'nodejs_gc_duration_seconds_sum'

/** Counts the time of garbage collection of this process until the answer is called. Counted from zero: a missing series says nothing. */
export function countCollections(metrics: Metrics): () => void {
  metrics.count(seconds, '', 0)
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) metrics.count(seconds, '', duration / 1000)
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}
