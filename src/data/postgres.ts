import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { Sql } from '../model/contract.js'
import { messageOf, UserError } from '../model/errors.js'

type Cell = string | number | null

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

const cell = (value: Cell): string =>
  value === null
    ? '\\N'
    : typeof value === 'number'
      ? String(value)
      : value.replace(/[\\\t\n\r]/g, (c) => escapes[c] ?? c)

const chunkBytes = 65_536

function* lines(rows: Iterable<readonly Cell[]>): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += `${row.map(cell).join('\t')}\n`
    if (chunk.length > chunkBytes) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

/** Where a store is, without its password. */
export function place(url: string, what: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}${port === '' ? '' : `:${port}`}${pathname === '/' ? '' : pathname}`
  } catch {
    throw new UserError(`The address of ${what} is not a URL.`, {
      hint: what === 'Redis' ? 'Write redis://host:port/0.' : 'Write postgres://user@host:port/database.',
    })
  }
}

const refused = (url: string, error: unknown): UserError => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // SQLSTATE class 28 is a wrong user or password, 3D a missing database: the person's to mend.
  const mendable = code.startsWith('28') || code.startsWith('3D')
  return new UserError(`Cannot use Postgres at ${place(url, 'Postgres')} (${code || messageOf(error)}).`, {
    hint: mendable
      ? 'Check user, password and database in the `postgres` URL of this target.'
      : 'Is it started and reachable from here? Leave `postgres` out to run without it: invariants are then not checked.',
    exit: mendable ? 2 : 4,
    reason: mendable ? 'usage' : 'store_unreachable',
    cause: error,
  })
}

/** Connects to Postgres. Throws `UserError`: exit 2 for a wrong address or login, 4 when nobody answers. */
export async function connectPostgres(url: string): Promise<{ sql: Sql; close: () => Promise<void> }> {
  place(url, 'Postgres')
  const [{ default: pg }, { from }] = await Promise.all([import('pg'), import('pg-copy-streams')])
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    // A store that hangs must not hold us for ever.
    query_timeout: 120_000,
    application_name: 'vge-perf',
  })
  // Without a listener the end of an idle connection would end the process.
  pool.on('error', () => undefined)
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    await pool.end()
    throw refused(url, error)
  }
  const sql: Sql = {
    query: async (text, values) =>
      (await pool.query(text, values === undefined ? undefined : [...values])).rows,
    copy: async (table, columns, rows) => {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        const stream = client.query(from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`))
        await pipeline(Readable.from(lines(rows)), stream)
        return stream.rowCount
      } catch (error) {
        broken = error instanceof Error ? error : new Error(messageOf(error))
        throw broken
      } finally {
        client.release(broken)
      }
    },
  }
  return { sql, close: () => pool.end() }
}
