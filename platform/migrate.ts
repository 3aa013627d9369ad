import pg from 'pg'
import { Logger, runMigrations } from 'graphile-worker'
import { retrying } from './database.js'
import { messageOf } from './errors.js'
import { schema } from './schema.sql.js'
import { seed } from './seed.js'

/** Any number, the same on all nodes: one makes the schema while the others wait. */
const lock = 0x76_67_65

/**
 * Schema, job queue and demo tenants, if missing. Nodes may start at once.
 * @throws Error in a sentence when Postgres does not answer.
 */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
  } catch (error) {
    throw new Error(
      `Postgres at ${withoutPassword(url)} does not answer: ${messageOf(error)}. Start it, or give another address with --postgres`,
      { cause: error },
    )
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock])
    await retrying(() => makeSchema(client))
    await runMigrations({ connectionString: url, logger: new Logger(() => () => undefined) })
    await seed(client)
  } finally {
    await client.end()
  }
}

/** Nodes that serve already lock rows in an order of their own: Postgres then ends one of the two. */
async function makeSchema(client: pg.Client): Promise<void> {
  try {
    await client.query(`BEGIN; ${schema.join(';\n')}; COMMIT`)
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:…@')
}
