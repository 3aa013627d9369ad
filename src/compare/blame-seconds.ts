import type { SecondsBlame, SlowSecond } from '../model/blame.js'
import type { LatencyQuery, Run } from '../model/artefact.js'

/** Fewer seconds have no few among them. */
const fewestSeconds = 10
/** Fewer samples of a second are held against the whole unit of the control. */
const fewestSamples = 5
/** So much of the added time makes the seconds that took it the culprits, when they are at most a tenth of all. */
const most = 0.75

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
    return [{ unit, second, added: (latency.mean() - was.mean()) * latency.count }]
  })
  const all = rows.reduce((sum, { added }) => sum + added, 0)
  if (rows.length < fewestSeconds || all <= 0) return undefined
  const slower = rows.filter(({ added }) => added > 0).length
  const sorted = rows.toSorted((a, b) => b.added - a.added).slice(0, Math.floor(rows.length / 10))
  let sum = 0
  for (const [at, { added }] of sorted.entries()) {
    sum += added
    if (sum < most * all) continue
    const few = sorted.slice(0, at + 1).map((one): SlowSecond => {
      const { offset = 0 } = candidate.file.units.find(({ index }) => index === one.unit) ?? {}
      const second = one.second - offset
      return { unit: one.unit, second, share: one.added / all, events: eventsIn(candidate, one.unit, second) }
    })
    return { spread: 'few', seconds: rows.length, slower, few }
  }
  return { spread: 'even', seconds: rows.length, slower, few: [] }
}

const eventsIn = (run: Run, unit: number, second: number): readonly string[] =>
  run
    .events()
    .filter((event) => event.unit === unit && Math.floor(event.at / 1_000_000) === second)
    .map(({ kind, text }) => `${kind.replaceAll('_', ' ')} ${text}`)
