import type { Invariant, JsonObject, Offender, TruthTools } from 'vge-perf'
import { byText, factsOf, number, text } from './facts.js'
import { receiptsOf } from './scope.js'

const overlaps = (tools: TruthTools, won: string, gone: string): readonly Offender[] => {
  const sent = new Map(factsOf(tools, gone).map((fact) => [text(fact, 'owner'), number(fact, 'sent')]))
  const end = (fact: JsonObject) => sent.get(text(fact, 'owner')) ?? Infinity
  const offenders: Offender[] = []
  for (const [seat, facts] of byText(factsOf(tools, won), 'seat')) {
    const ordered = facts.toSorted((a, b) => number(a, 'answered') - number(b, 'answered'))
    let holder: JsonObject | undefined
    for (const fact of ordered) {
      if (holder !== undefined && number(fact, 'answered') < end(holder)) {
        offenders.push({
          id: seat,
          what: `${text(fact, 'owner')} was given the ${won} while ${text(holder, 'owner')} had it`,
        })
      }
      if (holder === undefined || end(fact) > end(holder)) holder = fact
    }
  }
  return offenders
}

const crowds = (tools: TruthTools): readonly Offender[] =>
  factsOf(tools, 'enter')
    .filter((fact) => text(fact, 'outcome') === 'crowded')
    .map((fact) => ({
      id: text(fact, 'seat'),
      what: `${text(fact, 'owner')} was not alone inside the lock`,
    }))

const robbed = (tools: TruthTools): readonly Offender[] =>
  [...factsOf(tools, 'unlock'), ...factsOf(tools, 'give-back')]
    .filter((fact) => text(fact, 'outcome') === 'not_owner')
    .map((fact) => ({
      id: text(fact, 'seat'),
      what: `${text(fact, 'owner')} lost its lock before it gave it back`,
    }))

/** Slots whose last state is known: all their owners gave them back, and nothing ended in an error. */
const settled = (tools: TruthTools): ReadonlySet<string> => {
  const back = new Set<string>()
  const doubtful = new Set(factsOf(tools, 'unknown').map((fact) => text(fact, 'seat')))
  for (const kind of ['enter', 'unlock', 'give-back']) {
    for (const fact of factsOf(tools, kind)) {
      if (text(fact, 'outcome') === 'error' || text(fact, 'left') === 'error')
        doubtful.add(text(fact, 'seat'))
      if (kind !== 'enter') back.add(text(fact, 'owner'))
    }
  }
  for (const kind of ['lock', 'take']) {
    for (const fact of factsOf(tools, kind))
      if (!back.has(text(fact, 'owner'))) doubtful.add(text(fact, 'seat'))
  }
  return new Set((tools.dataset.slots ?? []).map((slot) => String(slot.id)).filter((id) => !doubtful.has(id)))
}

/** A lock has one owner at a time (contract §6, "Atomic"); afterwards no lock, no listed hold and no bit is left behind. */
export const mutualExclusion: Invariant = {
  id: '§6',
  title: 'A Redis lock has one owner at a time, and lock, list and bitmap change together',
  needs: ['redis'],
  about: receiptsOf('locks', 'lock', 'take'),
  wire: (tools) => [
    ...overlaps(tools, 'lock', 'unlock'),
    ...overlaps(tools, 'take', 'give-back'),
    ...crowds(tools),
    ...robbed(tools),
  ],
  store: async (tools) => {
    const known = settled(tools)
    const slots = (tools.dataset.slots ?? []).filter((slot) => known.has(String(slot.id)))
    const replies = await tools.redis.pipeline(
      slots.flatMap(({ organization = '', event = '', id = '', index = 0 }) => [
        ['GET', tools.key('seatLock', { organization, seat: id })],
        ['GET', tools.key('inside', { organization, seat: id })],
        ['GET', tools.key('seatLock', { organization, seat: `${id}-hold` })],
        ['GETBIT', tools.key('bitmap', { organization, event }), index],
        ['ZRANGE', tools.key('eventHolds', { organization, event }), 0, -1],
      ]),
    )
    return slots.flatMap((slot, place) => {
      const id = String(slot.id)
      const [lock, inside, holdLock, bit, holds] = replies.slice(place * 5, place * 5 + 5)
      const listed = Array.isArray(holds) && holds.some((member) => String(member).startsWith(`${id}-hold:`))
      return [
        ...(lock === null
          ? []
          : [{ id, what: `its lock is still ${JSON.stringify(lock)} though all owners gave it back` }]),
        ...(inside === null || inside === '0'
          ? []
          : [{ id, what: `${JSON.stringify(inside)} are still counted inside` }]),
        ...(holdLock === null && bit === 0 && !listed
          ? []
          : [
              {
                id,
                what: `after its holds were given back: lock ${String(holdLock)}, bit ${String(bit)}, listed ${String(listed)}`,
              },
            ]),
      ]
    })
  },
}
