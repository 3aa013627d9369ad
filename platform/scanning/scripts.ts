import { script } from '../redis/scripts.js'

/**
 * One scan claims a ticket. KEYS last scan, admissions. ARGV value, life in seconds, gate, gate capacity or -1.
 * Returns {1, gate count, event count} (without counts when there is no hash), {0, value of the earlier scan}, or {2} at a full gate.
 */
export const claimTicket = script(`
local counted = redis.call('EXISTS', KEYS[2]) == 1
local capacity = tonumber(ARGV[4])
if counted and capacity >= 0 and tonumber(redis.call('HGET', KEYS[2], ARGV[3]) or 0) >= capacity
  and redis.call('EXISTS', KEYS[1]) == 0 then return {2} end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return {0, redis.call('GET', KEYS[1])} end
if not counted then return {1} end
return {1, redis.call('HINCRBY', KEYS[2], ARGV[3], 1), redis.call('HINCRBY', KEYS[2], 'total', 1)}`)

/** Takes a claim back, when it is still this scan's. KEYS last scan, admissions. ARGV value, gate. */
export const unclaimTicket = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], ARGV[2], -1)
  redis.call('HINCRBY', KEYS[2], 'total', -1)
end
return 1`)

/** Admissions enter the event's recent scans. KEYS recent scans, occupancy. ARGV now (unix), window seconds, then code, unix, … */
export const recordScans = script(`
for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (tonumber(ARGV[1]) - tonumber(ARGV[2])))
redis.call('DEL', KEYS[2])
return 1`)

/** Sets counts where there are none. KEYS admissions. ARGV life in seconds, gate asked for, then field, count, … Returns {gate, total}. */
export const keepCounts = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return {tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or 0), tonumber(redis.call('HGET', KEYS[1], 'total') or 0)}`)

/** Last scans of a batch, each with its remaining life. KEYS last scans. ARGV value, seconds, value, seconds, … Earlier ones stay. */
export const keepLastScans = script(`
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i - 1], 'NX', 'EX', ARGV[2 * i]) end
return #KEYS`)
