import { schema } from '../../platform/schema.sql.js'
import { connectStores, type OpenStores } from '../../src/data/index.js'
import { startPostgres } from '../../src/target/postgres.js'
import { requireRedis, startRedis } from '../../src/target/redis.js'
import { openSandbox } from '../../src/target/sandbox.js'

/** A real Postgres with the platform's schema and a real Redis, both empty. */
export interface TestStores {
  readonly stores: OpenStores & Required<Pick<OpenStores, 'sql' | 'redis'>>
  readonly urls: { readonly postgres: string; readonly redis: string }
  readonly stop: () => Promise<void>
}

export async function startTestStores(): Promise<TestStores> {
  const sandbox = await openSandbox()
  const [postgres, redis] = await Promise.all([startPostgres(sandbox), startRedis(sandbox, requireRedis())])
  const urls = { postgres: postgres.url, redis: redis.url }
  const open = await connectStores(urls)
  if (open.sql === undefined || open.redis === undefined) throw new Error('both stores were named')
  for (const statement of schema) await open.sql.query(statement)
  return {
    stores: { ...open, sql: open.sql, redis: open.redis },
    urls,
    stop: async () => {
      await open.close()
      await sandbox.close()
    },
  }
}
