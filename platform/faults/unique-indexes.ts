import type { App, Undo } from '../kernel.js'
import { uniqueIndexes } from '../schema.sql.js'

/** Nodes that drop or make the same index take turns. */
const turn = 7_321_004

interface Index {
  readonly name: string
  readonly on: string
  readonly table: string
  readonly columns: string
  readonly where: string
}

function read(name: string): Index {
  const on = uniqueIndexes[name]
  if (on === undefined) throw new Error(`unique index ${name} is not in the schema`)
  const [what = '', where = 'true'] = on.split(' WHERE ')
  const bracket = what.indexOf('(')
  return { name, on, table: what.slice(0, bracket).trim(), columns: what.slice(bracket + 1, -1), where }
}

async function inTurn(app: App, statements: readonly string[]): Promise<void> {
  const client = await app.pg.pool.connect()
  try {
    await client.query(
      ['BEGIN', `SELECT pg_advisory_xact_lock(${turn})`, ...statements, 'COMMIT'].join(';\n'),
    )
    client.release()
  } catch (error) {
    // A connection in a failed transaction is of no use to anybody.
    client.release(true)
    throw error
  }
}

/**
 * Drops unique indexes of the schema by name. The undo makes them again; rows that came to break one in the meantime are
 * deleted first, the oldest of each stays.
 */
export async function dropUniqueIndexes(app: App, names: readonly string[]): Promise<Undo> {
  const indexes = names.map(read)
  for (const { name } of indexes) await inTurn(app, [`DROP INDEX IF EXISTS ${name}`])
  return async () => {
    for (const { name, on, table, columns, where } of indexes) {
      await inTurn(app, [
        `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`,
        `DELETE FROM ${table} USING (
           SELECT ctid AS place, row_number() OVER (PARTITION BY ${columns} ORDER BY inserted_at, ctid) AS nth
           FROM ${table} WHERE ${where}
         ) AS rows WHERE ${table}.ctid = rows.place AND rows.nth > 1`,
        `CREATE UNIQUE INDEX IF NOT EXISTS ${name} ON ${on}`,
      ])
    }
  }
}
