import type { UnitRecord } from '../model/artefact.js'
import type { GeneratorHealth } from '../model/engine.js'
import type { ScenarioVerdict } from '../model/verdict.js'
import { count, duration, share } from './format.js'
import { number, table } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { healthWord, spoken } from './words.js'

const figures: readonly {
  readonly name: string
  /** Undefined where it was not recorded. */
  readonly of: (health: GeneratorHealth) => number | undefined
  readonly show: (value: number) => string
}[] = [
  { name: 'journeys started late by, p50', of: ({ lag }) => lag.p50, show: duration },
  { name: 'journeys started late by, p99', of: ({ lag }) => lag.p99, show: duration },
  { name: 'event-loop delay, p99', of: ({ eventLoopDelay }) => eventLoopDelay.p99, show: duration },
  // None at all: nobody saw it, as of programs on other machines.
  { name: 'CPU of the busiest worker', of: ({ cpu }) => (cpu === 0 ? undefined : cpu), show: share },
  { name: 'longest time that a worker stood still', of: ({ longestStop }) => longestStop, show: duration },
  { name: 'ready, but without a core', of: ({ runQueue }) => runQueue, show: share },
  { name: 'CPU time that went to other machines', of: ({ steal }) => steal, show: share },
  { name: 'how busy the generator’s cores were', of: ({ cores }) => cores?.busy, show: share },
  { name: 'garbage collection', of: ({ gcPause }) => gcPause.share, show: share },
  {
    name: 'longest pause of garbage collection',
    of: ({ gcPause }) => (gcPause.share === undefined ? undefined : gcPause.max),
    show: duration,
  },
  {
    name: 'wall clock set by',
    of: ({ clockStep }) => (clockStep === undefined ? undefined : Math.abs(clockStep)),
    show: duration,
  },
  { name: 'steps that waited for a descriptor', of: ({ descriptorWaits }) => descriptorWaits, show: share },
  {
    name: 'steps that waited for a connection',
    of: ({ connectionWaits }) => connectionWaits,
    show: share,
  },
  { name: 'local limits met', of: ({ localErrors }) => localErrors, show: count },
  { name: 'samples dropped', of: ({ samplesDropped }) => samplesDropped, show: count },
  { name: 'workers lost', of: ({ workersLost }) => workersLost, show: count },
]

/** Whether the generator can be trusted, and its own figures: the middle and the worst unit. */
export function healthSection({ health, units: measured }: ScenarioVerdict, runs: ScenarioRuns): Markup {
  if (measured === 0)
    return markup`<p class="quiet">No unit was measured, so that the load generator was not judged.</p>`
  const word = healthWord(health)
  // Both arms of a pair ran on one generator, so that one of them has all its units.
  const units = (runs.candidate ?? runs.control)?.file.units.filter((unit) => unit.phase === 'measure') ?? []
  return markup`<h3>Load generator: <b class="${word.tone}">${spoken(word)}</b></h3>
${health.reasons.map((reason) => markup`<p>${reason}</p>`)}
${units.length === 0 ? nothing : figureTable(units)}`
}

function figureTable(units: readonly UnitRecord[]): Markup {
  const rows = figures.flatMap(({ name, of, show }) => {
    const values = units.flatMap((unit) => of(unit.health) ?? []).toSorted((a, b) => a - b)
    const [median, worst] = [values[Math.floor((values.length - 1) / 2)], values.at(-1)]
    if (median === undefined || worst === undefined) return []
    return [{ cells: [name, number(show(median)), number(show(worst))] }]
  })
  return table(['', 'unit in the middle', 'worst unit'], rows, 'Figures of the load generator')
}
