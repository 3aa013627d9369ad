import type { ScenarioRuns } from './input.js'
import { subjectCount } from './subjects.js'

/** How much a page may draw. */
export interface Room {
  /** Pictures of latency a scenario, each of one outcome of one metric. */
  readonly subjects: number
  /** Columns of each picture over time. */
  readonly columns: number
}

const mostOfPage = 80
const mostOfScenario = 40
/** A column costs about 80 bytes. */
const columnsOfPage = 6_000
/** More than a screen can show; fewer would tell nothing. */
const mostColumns = 240
const fewestColumns = 30

/** Room for a page that loads at once: the more there is to draw, the fewer points each picture has. `part` of it, from 0 to 1. */
export function roomFor(runs: readonly ScenarioRuns[], part = 1): Room {
  const each = Math.max(3, Math.floor(mostOfPage / Math.max(1, runs.length)))
  const subjects = Math.floor(part * Math.min(mostOfScenario, each))
  const drawn = runs.reduce((sum, one) => sum + Math.min(subjects, subjectCount(one)), 0)
  const columns = Math.floor((part * columnsOfPage) / Math.max(1, drawn))
  return { subjects, columns: Math.min(mostColumns, Math.max(fewestColumns, columns)) }
}
