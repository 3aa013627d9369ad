import type { RedisStore, Sql, Stores } from '../model/contract.js'
import { UserError } from '../model/errors.js'

const absent = (name: string) => async (): Promise<never> => {
  throw new UserError(`${name} is asked for, but this target names none.`)
}

const noSql: Sql = { query: absent('Postgres'), copy: absent('Postgres') }
const noRedis: RedisStore = {
  call: absent('Redis'),
  buffer: absent('Redis'),
  pipeline: absent('Redis'),
  scan: absent('Redis'),
}

/** Both stores; one that the target does not name refuses when it is used. */
export function bothStores(stores: Stores): { readonly sql: Sql; readonly redis: RedisStore } {
  return { sql: stores.sql ?? noSql, redis: stores.redis ?? noRedis }
}

const words = { sql: 'Postgres', redis: 'Redis' } as const

/** Names of the stores that are wanted but not there. */
export function missingStores(stores: Stores, needs: readonly ('sql' | 'redis')[]): readonly string[] {
  return needs.filter((name) => stores[name] === undefined).map((name) => words[name])
}
