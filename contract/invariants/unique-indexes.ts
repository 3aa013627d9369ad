import type { Invariant } from 'vge-perf'

/** A promised unique index: its columns, and whether it covers some rows only. */
interface Promised {
  readonly table: string
  readonly columns: readonly string[]
  readonly partial: boolean
}

const whole = (table: string, ...columns: string[]): Promised => ({
  table,
  columns,
  partial: false,
})
const some = (table: string, ...columns: string[]): Promised => ({ table, columns, partial: true })

/** Source: contract §8, column "Unique". */
const promised: readonly Promised[] = [
  whole('organizations', 'slug'),
  whole('events', 'organization_id', 'slug'),
  whole('seats', 'event_id', 'row_letter', 'seat_number'),
  whole('seats', 'event_id', 'seat_index'),
  some('seat_holds', 'seat_id'),
  whole('checkout_items', 'checkout_id', 'seat_id'),
  whole('tickets', 'organization_id', 'ticket_code'),
  some('tickets', 'event_id', 'seat_id'),
  whole('scans', 'scan_id'),
  some('scans', 'ticket_id'),
  whole('batch_syncs', 'organization_id', 'batch_id'),
  whole('transactions', 'provider', 'provider_transaction_id'),
  whole('transactions', 'payment_reference'),
  whole('journal_entries', 'reference_type', 'reference_id'),
  whole('ledger_accounts', 'organization_id', 'account_code'),
]

// A tenant's id more or less in an index of ids that are unique anyway changes nothing that is promised.
const signature = ({ table, columns, partial }: Promised): string =>
  `${table} (${columns
    .filter((name) => name !== 'organization_id')
    .toSorted()
    .join(', ')})${partial ? ' where …' : ''}`

/** Contract §8: the last line of defence, matched by what an index covers, not by its name. */
export const uniqueIndexesStand: Invariant = {
  id: '§8',
  title: 'The promised unique indexes exist and are valid',
  needs: ['sql'],
  store: async (tools) => {
    const found = await tools.sql.query<Promised>(
      `SELECT class.relname AS table, array_agg(attribute.attname::text ORDER BY place) AS columns, index.indpred IS NOT NULL AS partial
       FROM pg_index index JOIN pg_class class ON class.oid = index.indrelid
         CROSS JOIN unnest(index.indkey) WITH ORDINALITY AS key (number, place)
         JOIN pg_attribute attribute ON attribute.attrelid = class.oid AND attribute.attnum = key.number
       WHERE index.indisunique AND index.indisvalid AND index.indisready AND key.place <= index.indnkeyatts
         AND pg_table_is_visible(class.oid)
       GROUP BY index.indexrelid, class.relname, index.indpred`,
    )
    const standing = new Set(found.map(signature))
    return promised
      .filter((one) => !standing.has(signature(one)))
      .map((one) => ({
        id: one.table,
        what: `has no valid unique index on ${one.columns.join(', ')}${one.partial ? ' for its live rows' : ''}`,
      }))
  },
}
