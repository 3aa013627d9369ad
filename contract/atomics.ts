/** Figures of the Redis-only operations: they act on keys of their own, so no platform setting changes them. */
export const atomics = {
  lockSeconds: 60,
  /** Accepted calls in one window. */
  limit: 5,
  windowSeconds: 2,
} as const

/** Takes the seat's lock, lists the hold and sets the bit, or does nothing. KEYS: lock, holds, bitmap. */
export const takeScript = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
redis.call('SETBIT', KEYS[3], ARGV[5], 1)
return 1`

/** Undoes `takeScript` for the owner only. KEYS: lock, holds, bitmap. */
export const giveBackScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('SETBIT', KEYS[3], ARGV[3], 0)
return 1`

/** Compare and delete. KEYS: lock. */
export const unlockScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/** Counts a call and starts its window in one step; tells the count and when the window ends. KEYS: counter. */
export const countScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
local ends = redis.call('PEXPIRETIME', KEYS[1])
return cjson.encode({ accepted = count <= tonumber(ARGV[2]), count = count, ends = string.format('%.0f', ends) })`
