import type { Invariant, Offender } from 'vge-perf'
import {
  allStays,
  firstOf,
  framesIn,
  heardOf,
  isOfSeats,
  nobodyListened,
  topicStays,
  uuidsOf,
  type Stay,
} from './stays.js'

interface SeatRow {
  readonly id: string
  readonly version: number
}

/** The latest version that anybody heard of each seat, and who. Also from sockets that went down: what they heard was said. */
const latest = (
  all: readonly Stay[],
): ReadonlyMap<string, { readonly version: number; readonly who: string }> => {
  const seats = new Map<string, { readonly version: number; readonly who: string }>()
  for (const stay of all.filter(isOfSeats)) {
    for (const id of Object.keys(stay.seen)) {
      const version = heardOf(stay, id)?.last
      if (version !== undefined && version > (seats.get(id)?.version ?? -Infinity))
        seats.set(id, { version, who: stay.who })
    }
  }
  return seats
}

/** Those who heard of changes before their commit by more than two clocks may differ. A receipt that does not say by how much is one. */
const tooEarly = (all: readonly Stay[], slackMs: number): readonly Offender[] =>
  all
    .filter(({ early, earliest }) => early > 0 && !(earliest <= slackMs))
    .map(({ who, place, early, earliest }) => {
      const most = Number.isNaN(earliest) ? '' : `, one by ${Math.round(earliest)} ms`
      return { id: place, what: `${who} heard ${early} changes before they were committed${most}` }
    })

/** Contract I14. */
export const noNewsOfWhatDidNotHappen: Invariant = {
  id: 'I14',
  title: 'What watchers hear is committed, and nothing else',
  needs: ['sql'],
  about: { what: 'frames', count: (tools) => framesIn(allStays(tools)) },
  wire: (tools) => {
    return firstOf(tooEarly(allStays(tools), tools.figures.clock_slack_ms ?? Number.NaN))
  },
  blind: (tools) => nobodyListened(tools, allStays(tools)),
  store: async (tools) => {
    const heard = latest(topicStays(tools))
    const rows = await tools.sql.query<SeatRow>('SELECT id, version FROM seats WHERE id = ANY($1::uuid[])', [
      uuidsOf(heard.keys()),
    ])
    const versions = new Map(rows.map(({ id, version }) => [id, version]))
    const untrue = [...heard].flatMap(([id, { version, who }]): readonly Offender[] => {
      const stored = versions.get(id)
      if (stored !== undefined && stored >= version) return []
      const truth = stored === undefined ? 'there is no such seat' : `in the database it is at ${stored}`
      return [{ id, what: `${who} heard its version ${version}; ${truth}` }]
    })
    return firstOf(untrue)
  },
}
