import type { Json, JsonObject, Told } from 'vge-perf'

/** Largest frame, bytes. Source: contract §7, I19. */
const mostBytes = 1_024

/**
 * An instant in ISO 8601 as milliseconds since 1970, with the microseconds that `Date.parse` cuts off. Not a number for anything
 * else, and for a time without its zone.
 */
export const instantOf = (iso: string): number => {
  const [, whole = '', digits = '0', zone = ''] = /^([^.]+?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(iso) ?? []
  return Date.parse(whole + zone) + Number(`0.${digits}`) * 1_000
}

/** What I19 forbids, by `inspectFrame` and `inspectDiff`. */
export const inspected = ['oversized', 'private', 'email', 'holder'] as const
type Inspected = (typeof inspected)[number]

type Tells = (event: string, payload: JsonObject) => Told | undefined

const told = (payload: JsonObject, subject: string, version: Json | undefined): Told | undefined => {
  const { [subject]: id, timestamp } = payload
  const committedAt = typeof timestamp === 'string' ? instantOf(timestamp) : Number.NaN
  if (typeof id !== 'string' || Number.isNaN(committedAt)) return undefined
  return { subject: id, version: typeof version === 'number' ? version : undefined, committedAt }
}

/** A seat's change, by its version. Occupancy is debounced and has none. Source: contract §7. */
export const tellsOfSeats: Tells = (event, payload) =>
  event.startsWith('seat_') && typeof payload.version === 'number'
    ? told(payload, 'seat_id', payload.version)
    : undefined

export const tellsOfTickets: Tells = (event, payload) => {
  if (event === 'ticket_issued') return told(payload, 'ticket_id', undefined)
  return event.startsWith('checkout_') ? told(payload, 'checkout_id', undefined) : undefined
}

export const tellsOfScans: Tells = (event, payload) =>
  event === 'ticket_admitted' || event === 'ticket_denied'
    ? told(payload, 'ticket_code', undefined)
    : undefined

/** Of the last change that a page shows: its sync marker, alone in a dynamic, microseconds since 1970. */
const marker = /"(1\d{15})"/

/** When the change was committed that a diff shows, milliseconds since 1970. */
export const tellsOfDiff = (diff: string): number | undefined => {
  const micros = marker.exec(diff)?.[1]
  return micros === undefined ? undefined : Number(micros) / 1_000
}

const privateName = /^(?:(?:user|buyer|customer|guest|first|last|full)_?)?name$|mail|phone|holder|^user_?id$/i

const isPrivate = (name: string, value: Json | undefined): boolean => {
  if (privateName.test(name)) return true
  if (typeof value === 'string') return value.includes('@')
  if (typeof value !== 'object' || value === null) return false
  const inner: readonly (readonly [string, Json | undefined])[] = Object.entries(value)
  return inner.some(([one, of]) => isPrivate(one, of))
}

/** What I19 forbids in a broadcast: `oversized`, `private`. */
export const inspectFrame = (_event: string, payload: JsonObject, size: number): Inspected | undefined => {
  if (size > mostBytes) return 'oversized'
  return isPrivate('', payload) ? 'private' : undefined
}

const email = /[\w.+-]+@[\w-]+\.\w/
const holder = /\b(?:seat_)?holder|user_id|hold_id/

/**
 * What I19 forbids in a diff that everybody gets: `oversized`, as when the whole page comes again (contract §7: diffs, never a
 * full reload), `email`, `holder`.
 */
export const inspectDiff = (diff: string, size: number): Inspected | undefined => {
  if (size > mostBytes) return 'oversized'
  if (diff.includes('@') && email.test(diff)) return 'email'
  return holder.test(diff) ? 'holder' : undefined
}
