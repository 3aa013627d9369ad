import type { SecondsBlame, SlowSecond } from '../model/blame.js'
import type { LatencyQuery, Run } from '../model/artefact.js'

/** Fewer seconds have no few among them. */
const fewestSeconds = 10
/** Fewer samples of a second are held against the whole unit of the control. */
const fewestSamples = 5
/** So much of the added time makes the seconds that took it the culprits, when they are at most a quarter of all. */
const most = 0.75
const few = 0.25
/** A second stands out when it lies so many robust standard deviations (1.48 median absolute ones) above the middle second. */
const apart = 6 * 1.4826

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0

/**
 * Whether the added time lies in a few seconds or is spread over them: of each second the candidate's mean against the control's of the same
 * second, or of its unit where the arms took turns by more than a second, times its samples. Undefined of too few seconds.
 */
export function secondsBlame(
  { control, candidate }: { readonly control: Run; readonly candidate: Run },
  query: LatencyQuery,
): SecondsBlame | undefined {
  const before = new Map(control.series(query).map(({ second, latency }) => [second, latency]))
  const unitOf = (second: number): number | undefined =>
    candidate.file.units.find(({ offset, seconds }) => second >= offset && second < offset + seconds)?.index
  const rows = candidate.series(query).flatMap(({ second, latency }) => {
    const unit = unitOf(second)
    if (unit === undefined) return []
    const same = before.get(second)
    const was =
      same !== undefined && same.count >= fewestSamples ? same : control.latency({ ...query, units: [unit] })
    if (was === undefined) return []
    const longer = latency.mean() - was.mean()
    return [{ unit, second, longer, added: longer * latency.count }]
  })
  const all = rows.reduce((sum, { added }) => sum + added, 0)
  if (rows.length < fewestSeconds || all <= 0) return undefined
  const slower = rows.filter(({ added }) => added > 0).length
  const usual = middle(rows.map(({ longer }) => longer))
  const noise = middle(rows.map(({ longer }) => Math.abs(longer - usual)))
  const out = rows
    .filter(({ longer }) => longer - usual > apart * noise)
    .toSorted((a, b) => b.added - a.added)
    .slice(0, Math.floor(rows.length * few))
  const enough = out.findIndex(
    (_, at) => out.slice(0, at + 1).reduce((sum, { added }) => sum + added, 0) >= most * all,
  )
  const culprits = out.slice(0, enough + 1).map(({ unit, second, added }): SlowSecond => {
    const { offset = 0 } = candidate.file.units.find(({ index }) => index === unit) ?? {}
    const at = second - offset
    return { unit, second: at, share: added / all, events: eventsIn(candidate, unit, at) }
  })
  return { spread: culprits.length > 0 ? 'few' : 'even', seconds: rows.length, slower, few: culprits }
}

const eventsIn = (run: Run, unit: number, second: number): readonly string[] =>
  run
    .events()
    .filter((event) => event.unit === unit && Math.floor(event.at / 1_000_000) === second)
    .map(({ kind, text }) => `${kind.replaceAll('_', ' ')} ${text}`)
