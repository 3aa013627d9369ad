/** Which floor each room of src/ is on; the map of src/README.md as data. */
export const floors: Readonly<Record<string, number>> = {
  model: 0,
  binding: 1,
  schedule: 1,
  histogram: 1,
  phoenix: 1,
  stats: 1,
  loader: 1,
  machine: 1,
  scenario: 2,
  plan: 2,
  config: 2,
  target: 2,
  data: 2,
  engine: 2,
  probe: 2,
  health: 2,
  truth: 2,
  compare: 2,
  store: 2,
  report: 2,
  measure: 3,
  doctor: 3,
  jobs: 4,
  cli: 5,
}

/** The door imports what scenarios need, and nothing imports the door. */
export const door = 'index.ts'
