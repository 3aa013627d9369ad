import type { Stores } from '../model/contract.js'
import { connectPostgres } from './postgres.js'
import { connectRedis } from './redis.js'

/** The stores of a target, as far as they were named. */
export interface OpenStores extends Stores {
  readonly close: () => Promise<void>
}

/** Opens the stores that are named. Throws `UserError` with a sentence: exit 2 for a wrong address or login, 4 when nobody answers. */
export async function connectStores(urls: {
  readonly postgres?: string
  readonly redis?: string
}): Promise<OpenStores> {
  const postgres = urls.postgres === undefined ? undefined : await connectPostgres(urls.postgres)
  try {
    const redis = urls.redis === undefined ? undefined : await connectRedis(urls.redis)
    return {
      ...(postgres === undefined ? {} : { sql: postgres.sql }),
      ...(redis === undefined ? {} : { redis: redis.redis }),
      close: async () => {
        await Promise.all([postgres?.close(), redis?.close()])
      },
    }
  } catch (error) {
    await postgres?.close()
    throw error
  }
}
