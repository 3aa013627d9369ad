import type { Invariant, JsonObject, Offender, TruthTools } from 'vge-perf'
import { seatsOf } from '../data/made.js'
import { inspected } from '../frames.js'
import { factsOf, number, text } from './facts.js'
import { allStays, firstOf, framesIn, nobodyListened, topicStays, uuidsOf, type Stay } from './stays.js'

/**
 * What I19 is about: the contract's own words, and the engine's for a frame and a diff that cannot be read. Its other words are of
 * no frame (`heartbeat_late`, `lost_form`, `nested_view`), or of one that says nothing wrong (`stale_join`, `unknown_event`); I9
 * weighs `stray`.
 */
const wrongs = new Set<string>([...inspected, 'broken', 'broken_diff'])

const suchAs = ({ examples }: Stay, word: string): string => {
  const example = text(examples, word)
  return example === '' ? '' : `, such as ${example}`
}

/** Contract I19. */
export const framesAreSmallAndPrivate: Invariant = {
  id: 'I19',
  title: 'Frames can be read, are at most 1 KB, and say nothing of people',
  needs: [],
  about: { what: 'frames', count: (tools) => framesIn(allStays(tools)) },
  wire: (tools) => {
    const all = allStays(tools)
    const wrong = all.flatMap((stay) =>
      [...stay.problems]
        .filter(([word]) => wrongs.has(word))
        .map(([word, count]) => ({
          id: stay.place,
          what: `${stay.who} got frames that are ${word}: ${count}${suchAs(stay, word)}`,
        })),
    )
    return firstOf(wrong)
  },
  blind: (tools) => nobodyListened(tools, allStays(tools)),
}

/** Frames of topics that a watcher never joined. A reply that nobody waits for any more is none. */
const uninvited = (all: readonly Stay[]): readonly Offender[] =>
  all
    .filter(
      ({ problems, examples }) => problems.has('stray') && !text(examples, 'stray').startsWith('phx_reply'),
    )
    .map((stay) => ({
      id: stay.place,
      what: `${stay.who} got frames of topics that it had not joined: ${stay.problems.get('stray') ?? 0}${suchAs(stay, 'stray')}`,
    }))

/** Attempts to join or open what belongs to another tenant. One whose answer was lost shows nothing, unless frames came. */
const crossings = (tools: TruthTools): readonly Offender[] =>
  factsOf(tools, 'crossing').flatMap((fact) => {
    const [outcome, frames] = [text(fact, 'outcome'), number(fact, 'frames')]
    if (!(frames > 0) && (outcome === 'denied' || outcome === 'error')) return []
    return [
      {
        id: text(fact, 'what'),
        what: `${text(fact, 'as')} of another tenant asked for it: ${outcome}, and ${frames || 0} frames came`,
      },
    ]
  })

/** What a crossing proves: nothing, when its answer was lost and no frame came. */
const listening = (fact: JsonObject): Pick<Stay, 'lost' | 'frames'> => ({
  lost: text(fact, 'outcome') === 'error',
  frames: number(fact, 'frames') || 0,
})

const strayed = (id: string, of: string, { who, place }: Stay): Offender => ({
  id,
  what: `of event ${of} was told to ${who} on ${place}`,
})

/** Seats that were heard on the topic of an event that is not theirs; `eventOf` is undefined for a seat that it does not know. */
function* strays(all: readonly Stay[], eventOf: (seat: string) => string | undefined): Generator<Offender> {
  for (const stay of all) {
    if (stay.event === '') continue
    for (const id of Object.keys(stay.seen)) {
      const event = eventOf(id)
      if (event !== undefined && event !== stay.event) yield strayed(id, event, stay)
    }
  }
}

const madeEvents = (tools: TruthTools): ReadonlyMap<string, string> =>
  new Map(seatsOf(tools.dataset).map(({ id, event }) => [String(id), String(event)]))

/** Contract I9 on sockets: nothing crosses tenants or events of one tenant (§3). */
export const framesStayInTheirTenant: Invariant = {
  id: 'I9',
  title: 'Nothing of one event or tenant is heard on the topics of another',
  needs: ['sql'],
  about: {
    what: 'frames and attempts',
    count: (tools) => framesIn(topicStays(tools)) + factsOf(tools, 'crossing').length,
  },
  wire: (tools) => {
    const all = topicStays(tools)
    const made = madeEvents(tools)
    return [
      ...crossings(tools),
      ...firstOf(uninvited(allStays(tools))),
      ...firstOf(strays(all, (id) => made.get(id))),
    ]
  },
  blind: (tools) =>
    nobodyListened(tools, [...topicStays(tools), ...factsOf(tools, 'crossing').map(listening)]),
  store: async (tools) => {
    const all = topicStays(tools)
    const made = madeEvents(tools)
    // What the data knows was weighed on the wire.
    const unknown = new Set(all.flatMap(({ seen }) => Object.keys(seen).filter((id) => !made.has(id))))
    const rows = await tools.sql.query<{ id: string; event: string }>(
      'SELECT id, event_id AS event FROM seats WHERE id = ANY($1::uuid[])',
      [uuidsOf(unknown)],
    )
    const events = new Map(rows.map(({ id, event }) => [id, event]))
    return firstOf(strays(all, (id) => events.get(id)))
  },
}
