import type { Part } from '../model/engine.js'
import { parts } from '../model/engine.js'

/** What each part of a step's time is, for whoever reads it the first time. */
const meanings: Readonly<Record<Exclude<Part, 'total' | 'service'>, string>> = {
  lag: 'begun later than intended',
  queue: 'waiting for a free connection',
  connect: 'opening one',
  tls: 'its handshake',
  send: 'writing the request',
  wait: 'until the answer began',
  receive: 'until it was whole',
  page: 'the dead render',
  upgrade: 'opening the socket',
  join: 'joining',
  reply: 'until the event was answered',
  effect: 'on until the page showed it',
  unattributed: 'not told apart',
}

/** Each part that has a name of its own, and what it is. */
export const partWords = Object.entries(meanings).filter(([part]) => part !== 'unattributed')

export type ShownPart = keyof typeof meanings
type Times = Readonly<Partial<Record<Part, number>>>

/** Parts that took time in any of these, in the order in which a step goes through them. */
export function partsIn(all: readonly Times[]): readonly ShownPart[] {
  return parts.filter(
    (part): part is ShownPart =>
      part !== 'total' && part !== 'service' && all.some((one) => (one[part] ?? 0) > 0),
  )
}

/** `lag: begun later than intended; wait: until the answer began`. */
export const meaningOf = (shown: readonly ShownPart[]): string =>
  shown.map((part) => `${part}: ${meanings[part]}`).join('; ')

/** The parts that took most, down to a twentieth of the whole, the largest first. */
export function largestParts(times: Times, whole: number): readonly { part: ShownPart; share: number }[] {
  return partsIn([times])
    .map((part) => ({ part, share: (times[part] ?? 0) / whole }))
    .filter(({ share }) => share >= 0.05)
    .toSorted((a, b) => b.share - a.share)
}
