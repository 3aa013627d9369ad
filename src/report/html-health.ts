import type { UnitRecord } from '../model/artefact.js'
import type { GeneratorHealth } from '../model/engine.js'
import type { HealthVerdict } from '../model/verdict.js'
import { count, duration, share } from './format.js'
import { number, table } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { healthWord, spoken } from './words.js'

const figures: readonly {
  readonly name: string
  readonly of: (health: GeneratorHealth) => number
  readonly show: (value: number) => string
}[] = [
  { name: 'journeys started late by, p50', of: (health) => health.lag.p50, show: duration },
  { name: 'journeys started late by, p99', of: (health) => health.lag.p99, show: duration },
  { name: 'event-loop delay, p99', of: (health) => health.eventLoopDelay.p99, show: duration },
  { name: 'CPU of the busiest worker', of: (health) => health.cpu, show: share },
  {
    name: 'longest pause of garbage collection',
    of: (health) => health.gcPause.max,
    show: duration,
  },
  { name: 'local limits met', of: (health) => health.localErrors, show: count },
  { name: 'workers lost', of: (health) => health.workersLost, show: count },
]

/** Whether the generator can be trusted, and its own figures: the middle and the worst unit. */
export function healthSection(health: HealthVerdict, runs: ScenarioRuns): Markup {
  const word = healthWord(health)
  // Both arms of a pair ran on one generator, so that one of them has all its units.
  const units = (runs.candidate ?? runs.control)?.file.units.filter((unit) => unit.phase === 'measure') ?? []
  return markup`<h3>Load generator: <b class="${word.tone}">${spoken(word)}</b></h3>
${health.reasons.map((reason) => markup`<p>${reason}</p>`)}
${units.length === 0 ? nothing : figureTable(units)}`
}

function figureTable(units: readonly UnitRecord[]): Markup {
  const rows = figures.map(({ name, of, show }) => {
    const values = units.map((unit) => of(unit.health)).toSorted((a, b) => a - b)
    const median = values[Math.floor((values.length - 1) / 2)] ?? 0
    return { cells: [name, number(show(median)), number(show(values[values.length - 1] ?? 0))] }
  })
  return table(['', 'unit in the middle', 'worst unit'], rows)
}
