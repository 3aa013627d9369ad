import type { Invariant, Offender, Sql, TruthTools } from 'vge-perf'
import { eventsOf } from '../data/made.js'

/** Rows of offenders that a statement may give back; the rest adds nothing to a verdict. */
export const mostRows = 300

/** Ticket states that keep a seat (contract §5, "Ticket"), for SQL. */
export const liveTicket = "('active', 'scanned', 'used')"

/** The tenants that `prepare` made, or those of the events that somebody gave in a file. */
export async function organizations(tools: TruthTools & { readonly sql: Sql }): Promise<readonly string[]> {
  const made = tools.dataset.organizations ?? []
  if (made.length > 0) return made.map(({ id }) => String(id))
  const rows = await tools.sql.query<{ id: string }>(
    'SELECT DISTINCT organization_id AS id FROM events WHERE id = ANY($1::uuid[])',
    [eventsOf(tools.dataset).map(({ id }) => String(id))],
  )
  return rows.map(({ id }) => id)
}

/** As what an invariant is about: rows of these tables that belong to our tenants. */
export const rowsOf = (
  what: string,
  ...tables: readonly [string, ...string[]]
): NonNullable<Invariant['about']> => ({
  what,
  count: async (tools) => {
    const all = tables.map((table) => `SELECT organization_id AS tenant FROM ${table}`).join(' UNION ALL ')
    const [found] = await tools.sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (${all}) AS rows WHERE tenant = ANY($1::uuid[])`,
      [await organizations(tools)],
    )
    return found?.count ?? 0
  },
})

/** As what an invariant is about: receipts of these kinds. */
export const receiptsOf = (what: string, ...kinds: readonly string[]): NonNullable<Invariant['about']> => ({
  what,
  count: ({ receipts }) => receipts.filter(({ kind }) => kinds.includes(kind)).length,
})

/** Offenders by a statement that selects `id` and `what`, with the tenants as `$1`. */
export async function select(
  tools: TruthTools & { readonly sql: Sql },
  statement: string,
): Promise<readonly Offender[]> {
  return tools.sql.query<Offender>(`${statement} LIMIT ${mostRows}`, [await organizations(tools)])
}
