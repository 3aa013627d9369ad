import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

export interface Script {
  readonly text: string
  readonly sha: string
}

/** Lua with the digest by which a server that has seen it knows it. */
export const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Counter in a window: INCR, and EXPIRE with the first. KEYS counter; ARGV window seconds. Returns the count. */
export const countInWindow = script(`
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n`)

/** Lua: publishes a message without its opening brace, unless the channel is empty, with counts of seats put before it. */
const announce = (holds: string, bitmap: string, channel: string, rest: string): string => `
if ${channel} ~= '' then
  local held = redis.call('ZCARD', ${holds})
  local taken = redis.call('EXISTS', ${bitmap}) == 1 and redis.call('BITCOUNT', ${bitmap}) or -1
  redis.call('PUBLISH', ${channel}, '{"held":' .. held .. ',"taken":' .. taken .. ',' .. ${rest})
end`

/**
 * A hold enters registry and bitmap. KEYS holds, meta, bitmap, occupancy. ARGV score, member, bit or -1, expiry of meta
 * (unix), channel or nothing, message, then field, value, … of meta. Returns 0 when there is no bitmap.
 */
export const recordHold = script(`
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 7))
redis.call('EXPIREAT', KEYS[2], ARGV[4])
if tonumber(ARGV[3]) >= 0 then redis.call('SETBIT', KEYS[3], ARGV[3], 1) end
redis.call('DEL', KEYS[4])
${announce('KEYS[1]', 'KEYS[3]', 'ARGV[5]', 'ARGV[6]')}
return 1`)

/**
 * A hold ends. The lock goes only when it is this hold's, and the bit only when nobody else has the seat by now.
 * KEYS lock, holds, meta, bitmap, occupancy. ARGV hold, member, bit or -1 (sold: the bit stays), channel and message for
 * the nodes' tables, then channel or nothing and message for those who follow the event: tables first.
 */
export const forgetHold = script(`
local lock = redis.call('GET', KEYS[1])
local mine = not lock or string.sub(lock, 1, #ARGV[1]) == ARGV[1]
if lock and mine then redis.call('DEL', KEYS[1]) end
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[3], KEYS[5])
if mine and tonumber(ARGV[3]) >= 0 and redis.call('EXISTS', KEYS[4]) == 1 then redis.call('SETBIT', KEYS[4], ARGV[3], 0) end
redis.call('PUBLISH', ARGV[4], ARGV[5])
${announce('KEYS[2]', 'KEYS[4]', 'ARGV[6]', 'ARGV[7]')}
return 1`)

/** Compare-and-delete of a lock. KEYS lock; ARGV hold. */
export const unlock = script(`
local lock = redis.call('GET', KEYS[1])
if lock and string.sub(lock, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

/** A hold lives longer. KEYS lock, holds, meta; ARGV hold, new lock value, old member, new member, score, expiry (unix), held_until. */
export const extendHold = script(`
local lock = redis.call('GET', KEYS[1])
if lock and string.sub(lock, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[6])
if ARGV[3] ~= ARGV[4] then redis.call('ZREM', KEYS[2], ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
redis.call('HSET', KEYS[3], 'held_until', ARGV[7])
redis.call('EXPIREAT', KEYS[3], ARGV[6])
return 1`)

/** Runs a script by its digest, sending the text only to a server that has not seen it. */
export async function runScript(
  redis: Redis,
  { sha, text }: Script,
  keyNames: string[],
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keyNames.length, ...keyNames, ...args)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.eval(text, keyNames.length, ...keyNames, ...args)
  }
}
