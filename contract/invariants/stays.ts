import type { Json, JsonObject, Offender, TruthTools } from 'vge-perf'
import { tellsOfSeats } from '../frames.js'
import { realtimeOperations } from '../realtime-operations.js'
import { number, text } from './facts.js'
import { mostRows } from './scope.js'

/** What one watcher heard of one thing. */
export interface Heard {
  readonly first: number
  readonly last: number
  readonly frames: number
  /** Frames with a version that had come before; versions that were skipped; frames that came after a later one. */
  readonly doubled: number
  readonly gaps: number
  readonly disordered: number
}

/** A watcher's stay on a topic or a page, from before the load until all was quiet, as the engine's receipts tell it. */
export interface Stay {
  readonly who: string
  /** Empty for a page. */
  readonly topic: string
  /** Where, in words. */
  readonly place: string
  readonly event: string
  /** The contract's word for what it opened; empty when the receipt has none. */
  readonly operation: string
  /** The socket went down meanwhile: what was not heard then proves nothing. */
  readonly lost: boolean
  readonly frames: number
  /** Frames that came before their commit, beyond the rounding of clocks. */
  readonly early: number
  /** The largest lead of a frame over its commit, milliseconds; not a number when the receipt has none. */
  readonly earliest: number
  /** How often by what was wrong, frames and others, and the first of each. */
  readonly problems: ReadonlyMap<string, number>
  readonly examples: JsonObject
  /** By subject. */
  readonly seen: JsonObject
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const inside = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

const counts = (fact: JsonObject): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(fact).flatMap(([word, count]) =>
      typeof count === 'number' ? [[word, count] as const] : [],
    ),
  )

const stayOf = (n: number, fact: JsonObject, topic: string): Stay => {
  const args = inside(fact.args)
  return {
    who: `watcher ${n}`,
    topic,
    place:
      topic ||
      `page ${Object.values(args)
        .filter((value) => typeof value === 'string')
        .join(' ')}`,
    event: text(args, 'event'),
    operation: text(fact, 'operation'),
    lost: fact.lost === true,
    frames: number(fact, 'frames') || 0,
    early: number(fact, 'early') || 0,
    earliest: number(fact, 'earliest'),
    problems: counts(inside(fact.problems)),
    examples: inside(fact.examples),
    seen: inside(fact.seen),
  }
}

/** Stays on topics. A receipt that does not say where it listened is nobody's. */
export const topicStays = (tools: TruthTools): readonly Stay[] =>
  tools.receipts
    .filter(({ kind, fact }) => kind === 'watched' && text(fact, 'topic') !== '')
    .map(({ n, fact }) => stayOf(n, fact, text(fact, 'topic')))

/** Stays on topics and on pages. */
export const allStays = (tools: TruthTools): readonly Stay[] => [
  ...topicStays(tools),
  ...tools.receipts.filter(({ kind }) => kind === 'viewed').map(({ n, fact }) => stayOf(n, fact, '')),
]

/** What was heard of a subject, undefined when nothing was. */
export const heardOf = ({ seen }: Stay, subject: string): Heard | undefined => {
  const value = seen[subject]
  const row = Array.isArray(value) ? value.filter((count): count is number => typeof count === 'number') : []
  if (row.length < 6) return undefined
  const [first = 0, last = 0, frames = 0, doubled = 0, gaps = 0, disordered = 0] = row
  return { first, last, frames, doubled, gaps, disordered }
}

/** Operations whose frames tell of anything but seats. */
const ofOthers = new Set(
  Object.entries(realtimeOperations).flatMap(([name, operation]) =>
    operation.kind === 'channel' && operation.tells !== tellsOfSeats ? [name] : [],
  ),
)

/** On a topic whose frames tell of seats and their versions, however settings call it: any that is not known for something else. */
export const isOfSeats = ({ operation }: Stay): boolean => !ofOthers.has(operation)

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Those that a statement may compare with ids. */
export const uuidsOf = (subjects: Iterable<string>): readonly string[] =>
  [...subjects].filter((one) => uuid.test(one))

/** The first of many offenders; the rest adds nothing to a verdict. */
export const firstOf = (offenders: Iterable<Offender>): readonly Offender[] => {
  const found: Offender[] = []
  for (const offender of offenders) {
    if (found.length === mostRows) break
    found.push(offender)
  }
  return found
}

/** How many frames came to those who watched. */
export const framesIn = (all: readonly Stay[]): number => all.reduce((sum, { frames }) => sum + frames, 0)

/** Absence of data is not a pass, and who was refused, lost or left before the first frame has none. Under load nobody has come home yet. */
export const nobodyListened = (
  tools: TruthTools,
  all: readonly Pick<Stay, 'lost' | 'frames'>[],
): string | undefined =>
  tools.underLoad || all.some(({ lost, frames }) => !lost || frames > 0) ? undefined : 'nobody listened'
