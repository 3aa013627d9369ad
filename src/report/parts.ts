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

export type Stage = keyof typeof meanings
type Times = Readonly<Partial<Record<Part, number>>>

/** Parts that took time in any of these, in the order in which a step goes through them. */
export function stagesOf(all: readonly Times[]): readonly Stage[] {
  return parts.filter(
    (part): part is Stage =>
      part !== 'total' && part !== 'service' && all.some((one) => (one[part] ?? 0) > 0),
  )
}

/** `lag: begun later than intended; wait: until the answer began`. */
export const meaningOf = (stages: readonly Stage[]): string =>
  stages.map((stage) => `${stage}: ${meanings[stage]}`).join('; ')

/** The parts that took most, down to a twentieth of the whole, the largest first. */
export function largestParts(times: Times, whole: number): readonly { stage: Stage; share: number }[] {
  return stagesOf([times])
    .map((stage) => ({ stage, share: (times[stage] ?? 0) / whole }))
    .filter(({ share }) => share >= 0.05)
    .toSorted((a, b) => b.share - a.share)
}
