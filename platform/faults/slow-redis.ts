import type { Redis } from 'ioredis'
import type { Fault } from '../kernel.js'
import { startLoop } from './loop.js'
import { positive, readValue } from './value.js'

const periodMs = 20

/** Counts, since a script has no clock that runs in every version of Redis and Valkey. ARGV: how far. */
const burn = `local x = 0 for i = 1, ARGV[1] do x = x + i % 7 end return 1`
const trial = 200_000

/** Turns of the burn that take a millisecond: the quickest of some trials, as others only waited for the processor. */
async function turnsPerMs(redis: Redis): Promise<number> {
  let quickest = Infinity
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now()
    await redis.eval(burn, 0, trial)
    quickest = Math.min(quickest, performance.now() - started)
  }
  return trial / quickest
}

export const slowRedis: Fault = {
  name: 'slow-redis',
  summary: `Redis itself is kept busy for MS milliseconds of every ${periodMs}, so that all who use it wait`,
  example: 'slow-redis=10',
  value: { accepted: 'milliseconds, above 0 and at most 1000', usual: '10' },
  plant: async (app, value) => {
    const ms = readValue(slowRedis, value, (word) => positive(word, 1000))
    const redis = app.redis.duplicate({ lazyConnect: true, enableOfflineQueue: false })
    redis.on('error', () => undefined)
    await redis.connect()
    const turns = Math.round(ms * (await turnsPerMs(redis)))
    const stop = startLoop('slow-redis', Math.max(1, periodMs - ms), async () => {
      await redis.eval(burn, 0, turns)
    })
    return async () => {
      await stop()
      redis.disconnect()
    }
  },
}
