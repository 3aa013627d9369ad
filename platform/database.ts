import pg from 'pg'
import type { Metrics } from './metrics.js'

/** Something that runs SQL: the pool, or one transaction on it. */
export interface Queryable {
  /** Rows of one statement. The text must be a constant: each distinct text is prepared once on each connection. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

interface Runner {
  query(config: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
}

// Cents and counts fit a double; the driver's default is text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = `vge${names.size}`
    names.set(text, name)
  }
  return name
}

async function run<Row>(
  runner: Runner,
  database: Database,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  database.metrics.count('voelgoedevents_sql_statements_total')
  database.waited()
  const begun = performance.now()
  try {
    const { rows } = await runner.query({ name: nameOf(text), text, values: [...values] })
    return rows as Row[]
  } finally {
    const seconds = (performance.now() - begun) / 1000
    database.metrics.observe('voelgoedevents_query_duration_seconds', '', seconds)
  }
}

/** The web pool: prepared statements, counted and timed, with their wait for a connection. */
export class Database implements Queryable {
  /** How often somebody waited for an answer on this, for a statement of theirs or one that was sent for them too. */
  waits = 0

  private constructor(
    readonly pool: pg.Pool,
    readonly metrics: Metrics,
  ) {}

  static open(url: string, size: number, metrics: Metrics): Database {
    const pool = new pg.Pool({
      connectionString: url,
      max: size,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 30_000,
      keepAlive: true,
    })
    // A connection that breaks fails its query and is replaced; without listeners it would end the process.
    const lost = (): void => metrics.count('voelgoedevents_sql_connections_lost_total')
    pool.on('error', lost)
    pool.on('connect', (client) => client.on('error', lost))
    return new Database(pool, metrics)
  }

  /** The same pool, with waits of its own. */
  forRequest(): Database {
    return new Database(this.pool, this.metrics)
  }

  /** One more wait: also of those who share the answer to another's statement. */
  waited(): void {
    this.waits += 1
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return run(this.pool, this, text, values)
  }

  /** Runs `work` in one transaction; whatever it throws rolls back and is thrown on. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    const tx: Queryable = { query: (text, values = []) => run(client, this, text, values) }
    try {
      await tx.query('BEGIN')
      const result = await work(tx)
      await tx.query('COMMIT')
      client.release()
      return result
    } catch (error) {
      const rolledBack = await tx.query('ROLLBACK').then(
        () => true,
        () => false,
      )
      client.release(!rolledBack)
      throw error
    }
  }

  end(): Promise<void> {
    return this.pool.end()
  }
}

/** SQLSTATE of a driver's error, `23505`; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

const transient = new Set(['40001', '40P01', '55P03'])

/** Tries again after 10, 20 and 40 ms when Postgres says that trying again may help (contract §4, reserve). */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of [10, 20, 40]) {
    try {
      return await work()
    } catch (error) {
      if (!transient.has(sqlState(error) ?? '')) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  return work()
}
