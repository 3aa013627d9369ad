import type { UnitEvent } from '../model/artefact.js'
import type { Arrivals } from '../model/load.js'
import { duration, share } from './format.js'
import type { ScenarioRuns } from './input.js'
import type { Moment } from './plot-data.js'
import type { Stretch, Timeline } from './timeline.js'

/** A shorter pause of the generator's collector is hidden by the noise of what is measured. Microseconds. */
const longPause = 10_000

/** Loads that are not even, and what they look like. */
const peaks: Readonly<Partial<Record<Arrivals['kind'], string>>> = {
  burst: 'all at one instant',
  surge: 'many in the first second, then fewer and fewer',
  spike: 'a sudden step of the load',
  ramp: 'a load that grows',
}

/** Said elsewhere: where a phase begins is in `peaks`, what a target does not tell is in its table. */
const untold: ReadonlySet<string> = new Set(['phase', 'no_probes', 'gc'])

/** What happened at which second under load, in order: fresh processes, spikes, faults, long pauses of garbage collection. */
export function moments(runs: ScenarioRuns, { stretches }: Timeline): readonly Moment[] {
  const events = (runs.candidate ?? runs.control)?.events() ?? []
  return stretches
    .flatMap((stretch, index) => {
      const own = events.filter(({ unit }) => unit === stretch.unit.index)
      return [
        ...fresh(stretch, stretches[index - 1]),
        ...peaksOf(stretch, own),
        ...own.filter(({ kind }) => !untold.has(kind)).map((event) => fault(stretch, event)),
        ...pauses(stretch, own),
      ]
    })
    .toSorted((a, b) => a.at - b.at)
}

function fresh({ unit, at }: Stretch, before: Stretch | undefined): readonly Moment[] {
  if (before === undefined || before.unit.group === unit.group) return []
  const why = unit.confirmation ? ', to confirm what was found' : ''
  const start = unit.group + 1
  return [
    {
      at,
      kind: 'start',
      label: `start ${start}`,
      text: `start ${start}: fresh processes of the targets${why}`,
    },
  ]
}

function peaksOf(stretch: Stretch, events: readonly UnitEvent[]): readonly Moment[] {
  return (stretch.unit.phases ?? []).flatMap(({ name, arrivals }) => {
    const how = peaks[arrivals]
    if (how === undefined) return []
    // A block runs on one arm and then on the other, and begins on each.
    const begun = events.filter(({ kind, text }) => kind === 'phase' && text === name).map(({ at }) => at)
    return (begun.length === 0 ? [0] : begun).map((at): Moment => ({
      at: within(stretch, at),
      kind: 'peak',
      label: name,
      text: `${name}: ${how}`,
    }))
  })
}

const fault = (stretch: Stretch, { at, kind, text }: UnitEvent): Moment => ({
  at: within(stretch, at),
  kind: 'fault',
  label: kind.replaceAll('_', ' '),
  text: text.replace(/\.$/u, ''),
})

function pauses(stretch: Stretch, events: readonly UnitEvent[]): readonly Moment[] {
  const told = events.filter(({ kind }) => kind === 'gc')
  if (told.length > 0)
    return told.map(({ at, text }) => ({
      at: within(stretch, at),
      kind: 'gc',
      label: 'GC',
      text: `garbage collection: ${text.replace(/\.$/u, '')}`,
    }))
  const { max, share: part } = stretch.unit.health.gcPause
  if (max < longPause) return []
  const all = part === undefined ? '' : `, ${share(part)} of its time in all`
  const text = `garbage collection of the load generator, somewhere in unit ${stretch.unit.index}: at most ${duration(max)} at once${all}`
  return [{ at: stretch.at, kind: 'gc', label: 'GC', text }]
}

// What came after the last intended start lies at the unit's end.
const within = ({ at, seconds }: Stretch, micros: number): number =>
  at + Math.min(seconds, Math.round(micros / 100_000) / 10)
