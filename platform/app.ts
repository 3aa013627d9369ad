import { randomUUID } from 'node:crypto'
import type { Arguments } from './args.js'
import { createCache } from './cache.js'
import { countCollections } from './collections.js'
import { Database } from './database.js'
import { Queue } from './jobs/index.js'
import type { App } from './kernel.js'
import { Metrics } from './metrics.js'
import { migrate } from './migrate.js'
import { connectRedis } from './redis/connect.js'
import { RedisBus } from './realtime/bus.js'
import { Sockets } from './realtime/sockets.js'
import { Subscriptions } from './realtime/subscriptions.js'
import { disconnect, holdEnded } from './redis/keys.js'
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
  const pg = Database.open(postgres, settings.pool_size, metrics)
  const jobs = new Queue(settings)
  const subscriptions = new Subscriptions(listener)
  const seams = honestSeams()
  const app: App = {
    node,
    settings,
    pg,
    redis,
    cache: createCache(metrics),
    registry: new Registry(redis, pg, metrics, settings.lock_grace_s),
    metrics,
    jobs,
    bus: new RedisBus(redis, subscriptions, metrics, seams),
    sockets: new Sockets(settings, metrics),
    seams,
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
    await follow(subscriptions, app)
    await jobs.start(app, postgres, settings.job_concurrency)
  } catch (error) {
    await app.sockets.drain()
    await closeStores()
    throw error
  }
  const stopSweep = startSweep(app)
  const stopCounting = countCollections(metrics)
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
      stopCounting()
      await Promise.all([stopSweep(), app.sockets.drain()])
      await jobs.stop()
      await pg.query('DELETE FROM nodes WHERE id = $1', [id]).catch(() => [])
      await closeStores()
    },
  }
}

/**
 * Hears what any node tells all. A hold that ended is dropped from this node's table, before those who follow the event
 * hear of it: both come on one connection. A user who is cut off loses their sockets, and comes back only by Postgres.
 */
async function follow(subscriptions: Subscriptions, { cache, sockets }: App): Promise<void> {
  subscriptions.add(holdEnded, (message) => cache.holds.delete(message))
  subscriptions.add(disconnect, (message) => {
    const [organizationId = '', userId = ''] = message.split(':')
    cache.sessions.drop((caller) => caller.organizationId === organizationId && caller.userId === userId)
    sockets.disconnect(organizationId, userId)
  })
  await subscriptions.ready(disconnect)
}
