import type { AdmissionCounts, App, JsonBody } from '../kernel.js'
import { keys } from '../redis/keys.js'
import { runScript } from '../redis/scripts.js'
import { keepCounts } from './scripts.js'

/** Counts live this long, seconds, so that an increment lost with a node is not lost for ever. */
const countsLife = 60

/** Guests let in, counted in Postgres and kept in Redis until the next ones change them. */
export async function countAdmissions(
  app: App,
  org: string,
  event: string,
  gate: string,
): Promise<AdmissionCounts> {
  const rows = await app.pg.query<{ gate_id: string; n: number }>(
    `SELECT gate_id, count(*) AS n FROM scans
     WHERE event_id = $1 AND organization_id = $2 AND status = 'admitted' GROUP BY gate_id`,
    [event, org],
  )
  const total = rows.reduce((sum, { n }) => sum + n, 0)
  const fields = rows.flatMap(({ gate_id, n }) => [gate_id, n])
  const args = [countsLife, gate, 'total', total, ...fields]
  await runScript(app.redis, keepCounts, [keys.admissions(org, event)], args).catch(() => undefined)
  return { gate: rows.find(({ gate_id }) => gate_id === gate)?.n ?? 0, event: total }
}

/** The `occupancy` of a scan's answer (contract §4). */
export function occupancyOf(
  counts: AdmissionCounts,
  gateCapacity: number | null,
  eventCapacity: number,
): JsonBody {
  return {
    gate_current: counts.gate,
    gate_capacity: gateCapacity,
    event_current: counts.event,
    event_capacity: eventCapacity,
    percent_full: eventCapacity > 0 ? Math.round((counts.event / eventCapacity) * 1000) / 10 : 0,
  }
}
