import type { Run } from '../model/artefact.js'
import type { Finding } from './findings.js'

/** Less than a second is a clock that is being kept right. Milliseconds. */
const slack = 1_000

const time = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** Units begin one after the other: where a later one bears an earlier time, no time that the run wrote down can be trusted. */
export function clockWentBack({ file }: Run): readonly Finding[] {
  const { startedAt, units, end, arm } = file
  const marks = [
    { what: 'the run', at: Date.parse(startedAt) },
    ...units.map((unit) => ({ what: `unit ${unit.index}`, at: unit.startedAt })),
    ...(end === undefined ? [] : [{ what: 'its end', at: Date.parse(end.endedAt) }]),
  ]
  const index = marks.findIndex(({ at }, place) => at < (marks[place - 1]?.at ?? at) - slack)
  const [before, after] = [marks[index - 1], marks[index]]
  if (before === undefined || after === undefined) return []
  const sentence = `the clock went back while the ${arm} was measured: ${before.what} bears ${time(before.at)}, and ${after.what} after it ${time(after.at)}`
  return [{ outcome: 'invalid', reason: 'clock_backwards', sentence }]
}
