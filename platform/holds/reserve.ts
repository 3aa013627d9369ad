import { randomUUID } from 'node:crypto'
import { retrying } from '../database.js'
import type { App, Claimed, EventInfo, Hold, SeatInfo, UserCaller } from '../kernel.js'
import { nowMicros } from '../realtime/instant.js'
import { seatHeld } from '../realtime/seat-events.js'
import { whyNot, type SeatState } from './why-not.js'

/** What came of a wish for a seat. `gone`: the state that Postgres gave for a refusal. */
export type Reservation =
  | { readonly kind: 'won' | 'own'; readonly hold: Hold }
  | { readonly kind: 'taken'; readonly until: number | undefined }
  | { readonly kind: 'refused'; readonly state: SeatState | undefined }
  | { readonly kind: 'failed' }

/** A lock of one's own without a row: the other request is about to commit, so it is looked for again. Milliseconds. */
const patience = [10, 20, 40]
/** After this long the row is not coming any more, and a lock that Postgres does not know is void (C3). */
const voidAfterMs = 5_000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Reserves a seat (contract §5, §6): lock, then Postgres, then registry, bitmap and broadcast, then this node's table. A
 * caller's own repeat gets the hold that they have. What fails before the commit leaves no key.
 */
export async function reserve(
  app: App,
  caller: UserCaller,
  event: EventInfo,
  seat: SeatInfo,
  source: string,
): Promise<Reservation> {
  const hot = app.cache.holds.get(`${event.organizationId}:${seat.id}`)
  if (hot !== undefined && hot.userId !== caller.userId) return { kind: 'taken', until: hot.until }
  const hold: Hold = {
    id: randomUUID(),
    organizationId: event.organizationId,
    eventId: event.id,
    seatId: seat.id,
    userId: caller.userId,
    heldUntil: Date.now() + event.holdTtlS * 1000,
  }
  const lock = await app.seams.acquireSeatLock(app, hold)
  if (lock.kind === 'taken') {
    if (lock.userId === caller.userId) return ownRepeat(app, caller, event, seat, source, lock)
    // A young lock may yet fail to become a hold, and this table would go on refusing the seat to whoever asks.
    if (ageOf(lock, event) >= voidAfterMs)
      remember(app, { ...hold, id: lock.holdId, userId: lock.userId, heldUntil: lock.until })
    return { kind: 'taken', until: lock.until }
  }
  return claim(app, hold, event, seat, source, lock.kind === 'unavailable')
}

/** Milliseconds since a lock was taken, if nothing prolonged it. */
function ageOf(lock: { readonly until: number }, event: EventInfo): number {
  return Date.now() - (lock.until - event.holdTtlS * 1000)
}

async function claim(
  app: App,
  hold: Hold,
  event: EventInfo,
  seat: SeatInfo,
  source: string,
  nowait: boolean,
): Promise<Reservation> {
  let won: Claimed | false
  try {
    won = await retrying(() => app.seams.claimSeat(app, hold, source, nowait))
  } catch (error) {
    await app.registry.unlock(hold)
    throw error
  }
  if (won === false) {
    await app.registry.unlock(hold)
    return explain(app, hold)
  }
  await recordHeld(app, hold, event, seat, won, nowMicros())
  remember(app, hold)
  return { kind: 'won', hold }
}

/** Redis and every node learn of a hold that was committed at `at`, microseconds since 1970. */
async function recordHeld(
  app: App,
  hold: Hold,
  event: EventInfo,
  seat: SeatInfo,
  won: Claimed,
  at: number,
): Promise<void> {
  app.metrics.count('voelgoedevents_seating_changes_total', 'change="held"')
  const { id: holdId, organizationId, eventId, userId, heldUntil } = hold
  const { id: seatId, row, number } = seat
  const held = seatHeld(
    { organizationId, eventId, seatId, row, number, at, holdId, userId, ...won },
    heldUntil,
  )
  const announcement = app.bus.announce(held, { seats: event.seats.size, blocked: 0 })
  await app.registry.record(hold, app.seams.bitToMark(seat.index), announcement)
  app.jobs.occupancyChanged(organizationId, eventId)
}

async function explain(app: App, wish: Hold): Promise<Reservation> {
  const state = await whyNot(app, wish.seatId)
  const active = state?.hold
  if (active === undefined) return { kind: 'refused', state }
  // Redis lost this hold's lock, or else it would have refused us.
  await app.registry.extend([{ hold: active, before: active.heldUntil }])
  return active.userId === wish.userId
    ? { kind: 'own', hold: active }
    : { kind: 'taken', until: active.heldUntil }
}

async function ownRepeat(
  app: App,
  caller: UserCaller,
  event: EventInfo,
  seat: SeatInfo,
  source: string,
  lock: { readonly holdId: string; readonly until: number },
): Promise<Reservation> {
  for (const pause of [0, ...patience]) {
    if (pause > 0) await sleep(pause)
    const state = await whyNot(app, seat.id)
    if (state?.hold?.id === lock.holdId) return { kind: 'own', hold: state.hold }
  }
  if (ageOf(lock, event) < voidAfterMs) return { kind: 'failed' }
  const stale: Hold = {
    id: lock.holdId,
    organizationId: event.organizationId,
    eventId: event.id,
    seatId: seat.id,
    userId: caller.userId,
    heldUntil: lock.until,
  }
  await app.registry.unlock(stale)
  return reserve(app, caller, event, seat, source)
}

function remember(app: App, hold: Hold): void {
  const { id: holdId, userId, heldUntil: until } = hold
  app.cache.holds.set(`${hold.organizationId}:${hold.seatId}`, { holdId, userId, until }, until)
}
