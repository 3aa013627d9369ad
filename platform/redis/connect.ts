import { Redis } from 'ioredis'
import type { Metrics } from '../metrics.js'

/**
 * A connection that fails fast: while Redis is away every command is refused at once, and the caller falls back on
 * Postgres (C18). Commands are counted and timed.
 * @throws Error in a sentence when nothing answers at the start.
 */
export async function connectRedis(url: string, metrics: Metrics): Promise<Redis> {
  const redis = new Redis(url, {
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
  })
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (command, stream) => {
    metrics.count('voelgoedevents_redis_commands_total')
    const begun = performance.now()
    const took = (): void =>
      metrics.observe(
        'voelgoedevents_redis_command_duration_seconds',
        `command="${command.name}"`,
        (performance.now() - begun) / 1000,
      )
    void command.promise.then(took, took)
    return send(command, stream)
  }
  let reason = 'no answer'
  redis.on('error', (error: Error) => {
    reason = error.message || error.name
    metrics.count('voelgoedevents_redis_errors_total')
  })
  try {
    await redis.connect()
  } catch {
    redis.disconnect()
    throw new Error(
      `Redis at ${url.replace(/:[^:@/]+@/, ':…@')} does not answer: ${reason}. Start it, or give another address with --redis`,
    )
  }
  return redis
}
