import { claimedBy, type ClaimRow } from '../holds/claim.js'
import { lockOwner } from '../holds/lock.js'
import type { App, Claimed, Fault, Hold, LockOutcome } from '../kernel.js'
import { keys, lockValue } from '../redis/keys.js'
import { pause } from './pause.js'
import { swap } from './seam.js'
import { dropUniqueIndexes } from './unique-indexes.js'
import { positive, readValue } from './value.js'

/** Looks, thinks, and sets: whoever looks meanwhile finds the seat free as well. */
async function checkThenSet(app: App, hold: Hold, windowMs: number): Promise<LockOutcome> {
  const key = keys.lock(hold.organizationId, hold.seatId)
  const value = await app.redis.get(key)
  if (value !== null) return lockOwner(value)
  await pause(windowMs)
  const life = Math.max(1, Math.ceil((hold.heldUntil - Date.now()) / 1000)) + app.settings.lock_grace_s
  await app.redis.set(key, lockValue(hold), 'EX', life)
  return { kind: 'acquired' }
}

const claimAnyway = `
  WITH seat AS (
    UPDATE seats SET status = 'held', held_until = $5, seat_hold_id = $1, version = version + 1
    WHERE id = $2 AND event_id = $3 AND organization_id = $4 AND status IN ('available', 'held')
    RETURNING id, version, block_id
  ), hold AS (
    INSERT INTO seat_holds (id, seat_id, event_id, organization_id, held_until, user_id, source)
    SELECT $1, id, $3, $4, $5, $6::uuid, $7::text FROM seat
  )
  SELECT version, block_id FROM seat`

/** Takes a seat that is held as well as a free one: no version is checked. */
async function claimUnchecked(app: App, hold: Hold, source: string): Promise<Claimed | false> {
  const { id, seatId, eventId, organizationId, heldUntil, userId } = hold
  const values = [id, seatId, eventId, organizationId, new Date(heldUntil), userId, source]
  return claimedBy((await app.pg.query<ClaimRow>(claimAnyway, values))[0])
}

export const reserveRace: Fault = {
  name: 'reserve-race',
  summary:
    'Reserve checks, waits MS milliseconds and then sets, without version check and unique index: a seat has several winners',
  example: 'reserve-race=10',
  value: { accepted: 'milliseconds, above 0 and at most 1000', usual: '10' },
  plant: async (app, value) => {
    const windowMs = readValue(reserveRace, value, (word) => positive(word, 1000))
    const standAgain = await dropUniqueIndexes(app, ['seat_holds_one_active_key'])
    const undo = [
      swap(app, 'acquireSeatLock', (on, hold) => checkThenSet(on, hold, windowMs)),
      swap(app, 'claimSeat', claimUnchecked),
    ]
    return async () => {
      for (const step of undo) step()
      await standAgain()
    }
  },
}
