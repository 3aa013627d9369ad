import type { Dataset, PrepareTools, RedisStore } from 'vge-perf'
import { tenantTables } from '../tables.js'

const keysAtOnce = 1_000
const uuidLength = 36

const removeKeys = async (redis: RedisStore, keys: readonly string[]): Promise<void> => {
  for (let start = 0; start < keys.length; start += keysAtOnce) {
    await redis.call('UNLINK', ...keys.slice(start, start + keysAtOnce))
  }
}

/** Removes every row, key and waiting job of the tenants that `prepare` made. */
export async function clean(dataset: Dataset, { sql, redis, key }: PrepareTools): Promise<void> {
  const ids = (dataset.organizations ?? []).map(({ id }) => String(id))
  if (ids.length === 0) return
  const [users, checkouts, [queue]] = await Promise.all([
    sql.query<{ id: string }>(
      'SELECT DISTINCT user_id AS id FROM memberships WHERE organization_id = ANY($1::uuid[])',
      [ids],
    ),
    sql.query<{ id: string }>('SELECT id FROM checkouts WHERE organization_id = ANY($1::uuid[])', [ids]),
    sql.query<{ there: boolean }>("SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS there"),
  ])
  if (queue?.there === true) {
    // A job that runs is locked; the queue forgets it when it ends.
    await sql.query(
      `DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL
       AND EXISTS (SELECT FROM unnest($1::text[]) AS id WHERE payload::text LIKE '%' || id || '%')`,
      [ids],
    )
  }
  for (const table of tenantTables)
    await sql.query(`DELETE FROM ${table} WHERE organization_id = ANY($1::uuid[])`, [ids])
  await sql.query('DELETE FROM users WHERE id = ANY($1::uuid[])', [users.map(({ id }) => id)])
  await sql.query('DELETE FROM organizations WHERE id = ANY($1::uuid[])', [ids])
  if (redis === undefined) return
  for (const id of ids) await removeKeys(redis, await redis.scan(key('naming', { id })))
  // Webhooks of refused payments left no row, only a key; a key names its checkout and no tenant.
  const gone = new Set(checkouts.map(({ id }) => id))
  const webhooks = gone.size === 0 ? [] : await redis.scan(key('webhook', { id: '*' }))
  await removeKeys(
    redis,
    webhooks.filter((one) => gone.has(one.slice(-uuidLength))),
  )
}
