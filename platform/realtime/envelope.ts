import type { JsonBody } from '../kernel.js'
import { isBody } from './json.js'
import type { Domain, DomainEvent, Seating } from './kernel.js'

/** Counts of an event's seats as Redis has them at the moment of publishing; `taken` is -1 when there is no bitmap. */
interface Counts extends Seating {
  readonly held: number
  /** Held, sold or blocked. */
  readonly taken: number
}

const domains: ReadonlySet<string> = new Set<Domain>(['seating', 'ticketing', 'scanning'])

export const isDomain = (word: unknown): word is Domain => typeof word === 'string' && domains.has(word)

/** A share of a whole in percent, with two digits. */
export const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100

const totals: Readonly<Record<string, (counts: Counts) => JsonBody>> = {
  seat_held: ({ held }) => ({ total_held_in_event: held }),
  seat_released: ({ seats, taken }) => ({ total_available_in_event: Math.max(0, seats - taken) }),
  seat_sold: ({ seats, blocked, held, taken }) => {
    const sold = Math.max(0, taken - held - blocked)
    return { total_sold_in_event: sold, percent_capacity_used: percent(sold, seats) }
  },
}

/** The message without its opening brace; `held` and `taken` may be put there. */
export function writeEnvelope(event: DomainEvent, seating: Seating | undefined): string {
  return JSON.stringify({ ...event, ...seating }).slice(1)
}

function countsOf({ seats, blocked, held, taken }: JsonBody): Counts | undefined {
  if (typeof seats !== 'number' || typeof blocked !== 'number') return undefined
  if (typeof held !== 'number' || typeof taken !== 'number' || taken < 0) return undefined
  return { seats, blocked, held, taken }
}

/** The event of a message, with its totals where they are known; undefined for what is no such message. */
export function readEnvelope(message: string): DomainEvent | undefined {
  let body: unknown
  try {
    body = JSON.parse(message)
  } catch {
    return undefined
  }
  if (!isBody(body)) return undefined
  const { organizationId, eventId, domain, suffix, event, payload, internal } = body
  if (typeof organizationId !== 'string' || typeof eventId !== 'string' || !isDomain(domain)) return undefined
  if (typeof suffix !== 'string' || typeof event !== 'string') return undefined
  if (!isBody(payload) || !isBody(internal)) return undefined
  const counts = countsOf(body)
  const more = counts === undefined ? undefined : totals[event]?.(counts)
  return { organizationId, eventId, domain, suffix, event, payload: { ...payload, ...more }, internal }
}
