/** Files of one run's folder. */
export const runFiles = {
  run: 'run.json',
  latency: 'latency.hlog',
  counters: 'counters.ndjson',
  receipts: 'receipts.ndjson',
  events: 'events.ndjson',
  slowest: 'slowest.ndjson',
  probes: 'probes.ndjson',
} as const

export const groupFile = 'group.json'
/** As what a scenario is judged; beside `group.json`. */
export const judgingFile = 'judging.json'
/** What was known of a scenario's noise when it was judged; beside `group.json`. */
export const calibrationFile = 'calibration.json'
