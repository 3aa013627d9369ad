import type { Redis } from 'ioredis'
import { UserError } from '../../model/errors.js'
import type { Plan, PlanArm } from '../../model/plan.js'
import type { Meter } from './http/exchange.js'
import { originOf } from './http/origin.js'
import { HttpPool } from './http/pool.js'
import { connectionLimit, descriptorLimit, reservedDescriptors } from './limits.js'
import { openRedis } from './redis.js'
import { sourcesOf } from './source-addresses.js'

/** What a worker keeps open between runs: pools by arm and address, a Redis client by arm. */
export class Connections {
  private readonly pools = new Map<string, HttpPool>()
  private readonly clients = new Map<string, Redis>()
  /** Fewer may be open than the plan allows, because the process may have too few files open. */
  short = false

  /** `sources`: addresses of this machine that connections go out from, beyond loopback; any when there are none. */
  constructor(private readonly sources: readonly string[] = []) {}

  /** Pools of each arm in the order of its addresses. Pools of addresses that the plan no longer has are closed. */
  poolsOf(
    { arms, maxConnections = connectionLimit }: Plan,
    workers: number,
    meters: readonly Meter[],
  ): HttpPool[][] {
    const wanted = new Set(arms.flatMap((arm) => arm.urls.map((url) => `${arm.arm} ${url}`)))
    for (const [name, pool] of this.pools) {
      if (wanted.has(name)) continue
      this.pools.delete(name)
      pool.close()
    }
    const descriptors = Math.floor(
      Math.max(1, descriptorLimit() - reservedDescriptors) / Math.max(1, wanted.size),
    )
    this.short = false
    return arms.map((arm, index) =>
      arm.urls.map((url) => {
        const meter = meters[index] ?? { bytesSent: 0, bytesReceived: 0, connections: 0 }
        const pool = this.poolOf(`${arm.arm} ${url}`, url, meter)
        const { addresses, plain, most } = sourcesOf(pool.origin, workers, this.sources)
        pool.origin.dialling.from(addresses, plain)
        const allowed = Math.floor(
          Math.min(maxConnections, connectionLimit, most) / workers / arm.urls.length,
        )
        if (descriptors < allowed) this.short = true
        pool.cap = Math.max(1, Math.min(descriptors, allowed))
        return pool
      }),
    )
  }

  /** The client of one arm, connected. Throws `UserError` when the arm has no Redis, or nobody answers. */
  async redisOf(arm: PlanArm): Promise<Redis> {
    if (arm.redis === undefined) {
      throw new UserError(`The scenario talks to Redis, but the ${arm.arm} has no Redis address.`, {
        hint: `Give \`targets.${arm.arm}.redis\` in vge-perf.config.ts.`,
        reason: 'redis_missing',
      })
    }
    const name = `${arm.arm} ${arm.redis}`
    for (const [other, client] of this.clients) {
      if (!other.startsWith(`${arm.arm} `) || other === name) continue
      this.clients.delete(other)
      client.disconnect()
    }
    const found = this.clients.get(name)
    if (found !== undefined) return found
    const client = await openRedis(arm.redis)
    this.clients.set(name, client)
    return client
  }

  private poolOf(name: string, url: string, meter: Meter): HttpPool {
    const found = this.pools.get(name) ?? new HttpPool(originOf(url), 1, meter)
    this.pools.set(name, found)
    found.meter = meter
    return found
  }
}
