import type { Contract, Dataset } from 'vge-perf'
import { createdBitmaps } from './bitmaps.js'

interface Look {
  readonly digest: string
  readonly since: number
}

const looks = new WeakMap<Dataset, Look>()

/** Short holds run out within this many seconds, so it is worth waiting for them. */
const soon = 5

/**
 * Undefined once no hold is due and the bitmaps have stood still. A hold that is overdue beyond its grace is no longer
 * waited for: it is broken, not late. Source: contract §10, "quiescence".
 */
export const quiet: Contract['data']['quiet'] = async (tools) => {
  const { sql, dataset, figures } = tools
  const ids = (dataset.organizations ?? []).map(({ id }) => String(id))
  const [due] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM seat_holds
     WHERE organization_id = ANY($1::uuid[]) AND status = 'active' AND held_until BETWEEN now() - make_interval(secs => $3) AND now() + make_interval(secs => $2)`,
    [ids, soon, figures.hold_release_grace_s ?? 0],
  )
  if (due !== undefined && due.count > 0) return `${due.count} holds wait for their end`
  const digest = (await createdBitmaps(tools))
    .map(({ bits }) => Buffer.from(bits).toString('base64'))
    .join(' ')
  const last = looks.get(dataset)
  const now = Date.now()
  if (last?.digest !== digest) {
    looks.set(dataset, { digest, since: now })
    return 'the availability bitmaps are new to us'
  }
  return now - last.since < (figures.bitmap_stable_ms ?? 0)
    ? 'the availability bitmaps have not stood still long enough'
    : undefined
}
