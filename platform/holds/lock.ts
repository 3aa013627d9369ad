import type { App, Hold, LockOutcome } from '../kernel.js'
import { keys, lockValue } from '../redis/keys.js'

/** Who has a lock by its value `{hold}:{user}:{expiry_unix}`. */
export function lockOwner(value: string): LockOutcome {
  const [holdId = '', userId = '', until = '0'] = value.split(':')
  return { kind: 'taken', holdId, userId, until: Number(until) * 1000 }
}

/** Takes the seat's lock, or says who has it; one atomic command (contract §6). */
export async function acquireSeatLock(app: App, hold: Hold): Promise<LockOutcome> {
  const ttl = Math.max(1, Math.ceil((hold.heldUntil - Date.now()) / 1000)) + app.settings.lock_grace_s
  const key = keys.lock(hold.organizationId, hold.seatId)
  try {
    const value = await app.redis.call('SET', key, lockValue(hold), 'EX', ttl, 'NX', 'GET')
    app.metrics.lookup('seat_holds_hot', 'redis', typeof value === 'string')
    return typeof value === 'string' ? lockOwner(value) : { kind: 'acquired' }
  } catch {
    app.metrics.count('voelgoedevents_seating_hold_redis_fallback_total')
    return { kind: 'unavailable' }
  }
}
