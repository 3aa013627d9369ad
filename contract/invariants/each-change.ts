import type { Dataset, Invariant, Offender, TruthTools } from 'vge-perf'
import { seatsOf } from '../data/made.js'
import {
  firstOf,
  framesIn,
  heardOf,
  isOfSeats,
  nobodyListened,
  topicStays,
  uuidsOf,
  type Heard,
  type Stay,
} from './stays.js'

/** Versions that `prepare` left its seats with, by id. Seats that somebody gave in a file have none. */
const preparedVersions = (dataset: Dataset): ReadonlyMap<string, number> =>
  new Map(
    seatsOf(dataset).flatMap(({ id, version }) =>
      typeof version === 'number' ? [[String(id), version] as const] : [],
    ),
  )

const byTopic = (all: readonly Stay[]): ReadonlyMap<string, readonly Stay[]> => {
  const topics = new Map<string, Stay[]>()
  for (const stay of all) {
    const there = topics.get(stay.topic)
    if (there === undefined) topics.set(stay.topic, [stay])
    else there.push(stay)
  }
  return topics
}

/** A gap is counted when a later version comes, and stays counted when its own comes after all. */
const missed = ({ gaps, disordered }: Heard): string =>
  `${gaps} ${disordered > 0 ? 'not in their turn' : 'not at all'}`

const disorder = (heard: Heard): string => {
  const { doubled, gaps, disordered } = heard
  return [
    doubled > 0 ? `${doubled} twice` : '',
    gaps > 0 ? missed(heard) : '',
    disordered > 0 ? `${disordered} after a later one` : '',
  ]
    .filter((words) => words !== '')
    .join(', ')
}

/** What one watcher heard of a seat is whole in itself, from the seat's first change on. */
function* brokenRows(all: readonly Stay[], prepared: ReadonlyMap<string, number>): Generator<Offender> {
  for (const stay of all) {
    for (const id of Object.keys(stay.seen)) {
      const heard = heardOf(stay, id)
      if (heard === undefined) continue
      const words = disorder(heard)
      const before = prepared.get(id)
      if (words !== '') yield { id, what: `${stay.who} heard of its changes ${words}` }
      else if (before !== undefined && heard.first !== before + 1) {
        yield { id, what: `was at version ${before}; ${stay.who} heard version ${heard.first} first` }
      }
    }
  }
}

const changes = ({ frames, doubled }: Heard): number => frames - doubled
const saying = (heard: Heard | undefined): string =>
  heard === undefined
    ? 'nothing of it'
    : `${changes(heard)} changes, versions ${heard.first} to ${heard.last}`

/** All who listened to a topic heard the same. */
function* differences(listeners: readonly Stay[]): Generator<Offender> {
  const fullest = new Map<string, { readonly who: string; readonly heard: Heard }>()
  for (const stay of listeners) {
    for (const id of Object.keys(stay.seen)) {
      const heard = heardOf(stay, id)
      const most = fullest.get(id)
      if (heard !== undefined && (most === undefined || changes(heard) > changes(most.heard)))
        fullest.set(id, { who: stay.who, heard })
    }
  }
  for (const [id, most] of fullest) {
    for (const stay of listeners) {
      const heard = heardOf(stay, id)
      // A watcher whose own row is broken is an offender already.
      if (heard !== undefined && disorder(heard) !== '') continue
      if (saying(heard) !== saying(most.heard))
        yield { id, what: `${stay.who} heard ${saying(heard)}; ${most.who} heard ${saying(most.heard)}` }
    }
  }
}

/** Topics to which nobody listened up to the end. */
const deaf = (tools: TruthTools): string | undefined => {
  const all = topicStays(tools)
  const topics = [...byTopic(all)].filter(([, there]) => there.every(({ lost }) => lost))
  const first = topics[0]?.[0]
  return (
    nobodyListened(tools, all) ?? (first === undefined ? undefined : `nobody listened to ${first} to the end`)
  )
}

const onTheWire = (tools: TruthTools): readonly Offender[] => {
  const all = topicStays(tools)
  const stayed = all.filter(({ lost }) => !lost)
  return [
    ...firstOf(brokenRows(stayed, preparedVersions(tools.dataset))),
    ...[...byTopic(stayed).values()].flatMap((listeners) => firstOf(differences(listeners))),
  ]
}

/** When the first watcher left, less what clocks may differ by: seconds since 1970. */
const leaving = ({ receipts, figures }: TruthTools): number => {
  const times = receipts.filter(({ kind }) => kind === 'watched').map(({ at }) => at)
  return (
    (times.reduce((first, at) => Math.min(first, at), Date.now()) - (figures.clock_slack_ms ?? 0)) / 1_000
  )
}

interface SeatRow {
  readonly id: string
  readonly event: string
  readonly version: number
}

/** The last change that each watcher heard of a seat is its last change. */
function* unheard(
  rows: readonly SeatRow[],
  listeners: readonly Stay[],
  prepared: ReadonlyMap<string, number>,
): Generator<Offender> {
  const events = new Map<string, Stay[]>()
  for (const stay of listeners) events.set(stay.event, [...(events.get(stay.event) ?? []), stay])
  for (const { id, event, version } of rows) {
    for (const stay of events.get(event) ?? []) {
      const last = heardOf(stay, id)?.last
      const known = last ?? prepared.get(id)
      if (known !== undefined && known < version) {
        const end = last === undefined ? 'heard nothing of it' : `heard version ${last} last`
        yield { id, what: `is at version ${version} in the database; ${stay.who} ${end}` }
      }
    }
  }
}

/**
 * Contract I15, on sockets that stayed up; lost ones are excluded. Watchers join before the load, so the first change that they
 * hear of a seat is its first.
 */
export const eachChangeIsHeardOnce: Invariant = {
  id: 'I15',
  title: 'Every watcher hears each change of a seat once and in order',
  needs: ['sql'],
  about: { what: 'frames', count: (tools) => framesIn(topicStays(tools)) },
  wire: onTheWire,
  blind: deaf,
  store: async (tools) => {
    const listeners = topicStays(tools).filter((stay) => !stay.lost && isOfSeats(stay))
    // Holds may expire while what a load left is still on its way here: nobody listens any more.
    const rows = await tools.sql.query<SeatRow>(
      `WITH late AS (
         SELECT seat_id, count(*)::int AS n FROM seat_holds
         WHERE event_id = ANY($1::uuid[]) AND status = 'expired' AND expired_at > to_timestamp($2) GROUP BY seat_id
       )
       SELECT seats.id, event_id AS event, version - coalesce(late.n, 0) AS version
       FROM seats LEFT JOIN late ON late.seat_id = seats.id WHERE event_id = ANY($1::uuid[])`,
      [uuidsOf(new Set(listeners.map(({ event }) => event))), leaving(tools)],
    )
    return firstOf(unheard(rows, listeners, preparedVersions(tools.dataset)))
  },
}
