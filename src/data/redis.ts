import type { RedisStore } from '../model/contract.js'
import { messageOf, UserError } from '../model/errors.js'
import { place } from './postgres.js'

const pageSize = 1_000

/** Connects to Redis. Throws `UserError`: exit 2 for a wrong address or login, 4 when nobody answers. */
export async function connectRedis(url: string): Promise<{ redis: RedisStore; close: () => Promise<void> }> {
  place(url, 'Redis')
  const { Redis } = await import('ioredis')
  const client = new Redis(url, {
    lazyConnect: true,
    protocol: 2,
    connectTimeout: 5_000,
    // Of one that accepts and never answers; a long script is answered sooner.
    socketTimeout: 10_000,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  })
  // The error also rejects the call; without a listener ioredis prints it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    if ((await client.ping()) !== 'PONG') throw new Error('it answers PING with something else')
  } catch (error) {
    client.disconnect()
    const login = /NOAUTH|WRONGPASS|NOPERM/.test(messageOf(error))
    throw new UserError(`Cannot use Redis at ${place(url, 'Redis')} (${messageOf(error)}).`, {
      hint: login
        ? 'Check user and password in the `redis` URL of this target.'
        : 'Is it started and reachable from here? Leave `redis` out to run without it: invariants are then not checked.',
      exit: login ? 2 : 4,
      reason: login ? 'usage' : 'store_unreachable',
      cause: error,
    })
  }
  const redis: RedisStore = {
    call: (command, ...args) => client.call(command, ...args),
    buffer: async (command, ...args) => {
      const reply = await client.callBuffer(command, ...args)
      return Buffer.isBuffer(reply) ? reply : null
    },
    pipeline: async (commands) => {
      const replies = (await client.pipeline(commands.map((command) => ['call', ...command])).exec()) ?? []
      return replies.map(([error, reply]) => {
        if (error !== null) throw error
        return reply
      })
    },
    scan: async (pattern) => {
      const found = new Set<string>()
      let cursor = '0'
      do {
        const [next, keys] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', pageSize)
        for (const key of keys) found.add(key)
        cursor = next
      } while (cursor !== '0')
      return [...found]
    },
  }
  return { redis, close: async () => client.disconnect() }
}
