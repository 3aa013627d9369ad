import type { Metrics } from '../metrics.js'

/** Events that Redis did not take: whoever waits for them learns nothing (contract §7, at most once). */
export function countLost(metrics: Metrics, events = 1): void {
  metrics.count('voelgoedevents_pubsub_lost_total', '', events)
}
