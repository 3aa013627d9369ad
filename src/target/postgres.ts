import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { type Account, unprivilegedAccount } from './account.js'
import { findPostgres, type PostgresBinary } from './postgres-binary.js'
import type { Child } from './process.js'
import type { Sandbox } from './sandbox.js'

export interface Store {
  readonly child: Child
  /** For every client of the store; on a Unix socket that only the account of this process may use. */
  readonly url: string
}

/** Nothing here must survive a power cut, and everything must cost the same in each run. */
const options = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '256MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  // It would change plans in the middle of a unit, and on one arm only; data is analysed when it is prepared.
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  jit: 'off',
  timezone: 'UTC',
  logging_collector: 'off',
  // Not `error`: lost races are daily bread under load, and each would be a line.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  // Under the data folder instead of /dev/shm, which a killed server would leave behind and a container has little of.
  dynamic_shared_memory_type: 'mmap',
  min_dynamic_shared_memory: '16MB',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '2000',
  'pg_stat_statements.track': 'top',
  'pg_stat_statements.track_utility': 'off',
  'pg_stat_statements.save': 'off',
}

/** A new cluster with `pg_stat_statements`, empty and listening. About a second, of which initdb takes most. */
export async function startPostgres(sandbox: Sandbox): Promise<Store> {
  const account = unprivilegedAccount()
  const binary = findPostgres(account, sandbox.folder)
  const home = join(sandbox.folder, 'postgres')
  mkdirSync(home, { mode: 0o700 })
  if (account) chownSync(home, account.uid, account.gid)
  const data = join(home, 'data')
  await makeCluster(sandbox, binary, home, data, account)
  const settings = Object.entries({ ...options, unix_socket_directories: home })
  const child = sandbox.start({
    name: 'Postgres',
    file: binary.postgres,
    args: ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ...surroundings(home, account),
    // "Immediate": its data is thrown away, but its shared memory is given back.
    stopSignal: 'SIGQUIT',
    graceMs: 5_000,
  })
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(home)}`
  await untilReady(child, url)
  return { child, url }
}

async function makeCluster(
  sandbox: Sandbox,
  binary: PostgresBinary,
  home: string,
  data: string,
  account: Account | undefined,
): Promise<void> {
  const initdb = sandbox.start({
    name: 'initdb',
    file: binary.initdb,
    args: [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    ...surroundings(home, account),
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
  })
  const { code } = await initdb.exited
  if (code !== 0) throw failure('Postgres could not make its database cluster', initdb.lastWords())
}

/** Postgres reads HOME and the locale; nothing of ours shall change what it does. */
function surroundings(home: string, account: Account | undefined) {
  return { cwd: home, env: { PATH: process.env['PATH'], HOME: home, LC_ALL: 'C', TZ: 'UTC' }, account }
}

async function untilReady(child: Child, url: string): Promise<void> {
  const { default: pg } = await import('pg')
  const until = performance.now() + 20_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    // Without a listener, a server that dies while we wait would end this process.
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
      return
    } catch (error) {
      if (child.hasExited()) throw failure('Postgres did not start', child.lastWords())
      if (performance.now() > until) throw failure('Postgres did not answer within 20 s', [messageOf(error)])
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(20)
  }
}

function failure(what: string, lastWords: readonly string[]): UserError {
  const hint =
    'Free some memory and space in the temporary folder, or set TMPDIR to another one, and try again.'
  return new UserError(`${what}: ${lastWords.slice(-2).join(' ') || 'it said nothing'}`, {
    hint,
    exit: exitCode.failed,
    reason: 'postgres_failed',
  })
}
