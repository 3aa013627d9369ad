import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Arguments } from './args.js'
import { createCache } from './cache.js'
import { Database } from './database.js'
import { Queue } from './jobs/index.js'
import type { App } from './kernel.js'
import { Metrics } from './metrics.js'
import { migrate } from './migrate.js'
import { connectRedis } from './redis/connect.js'
import { holdEnded } from './redis/keys.js'
import { Registry } from './redis/registry.js'
import { allowReentry } from './scanning/reentry.js'
import { honestSeams } from './seams.js'
import { startSweep } from './sweep.js'

export interface OpenApp {
  readonly app: App
  /** Registers the node under the port where it answers. */
  register(port: number): Promise<void>
  close(): Promise<void>
}

/** Connects a node to its stores and starts its background work. @throws Error in a sentence when a store is missing. */
export async function openApp({ node, settings, postgres, redis: redisUrl }: Arguments): Promise<OpenApp> {
  const metrics = new Metrics()
  const redis = await connectRedis(redisUrl, metrics)
  const listener = await connectRedis(redisUrl, metrics)
  const pg = new Database(postgres, settings.pool_size, metrics)
  const jobs = new Queue()
  const app: App = {
    node,
    settings,
    pg,
    redis,
    cache: createCache(metrics),
    registry: new Registry(redis, pg, metrics, settings.lock_grace_s),
    metrics,
    jobs,
    seams: honestSeams(),
    faults: new Map(),
    port: 0,
  }
  const id = randomUUID()
  const closeStores = async (): Promise<void> => {
    redis.disconnect()
    listener.disconnect()
    await pg.end()
  }
  try {
    await migrate(postgres)
    await allowReentry(app)
    await followHolds(listener, app)
    await jobs.start(app, postgres, settings.job_concurrency)
  } catch (error) {
    await closeStores()
    throw error
  }
  const stopSweep = startSweep(app)
  return {
    app,
    register: async (port) => {
      app.port = port
      await pg.query('INSERT INTO nodes (id, name, port, pid) VALUES ($1, $2, $3, $4)', [
        id,
        node,
        port,
        process.pid,
      ])
    },
    close: async () => {
      await stopSweep()
      await jobs.stop()
      await pg.query('DELETE FROM nodes WHERE id = $1', [id]).catch(() => [])
      await closeStores()
    },
  }
}

/** Drops a seat from this node's table when a hold of it ends on any node. */
async function followHolds(listener: Redis, app: App): Promise<void> {
  listener.on('message', (_channel, message: string) => app.cache.holds.delete(message))
  await listener.subscribe(holdEnded)
}
