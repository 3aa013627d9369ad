import { createHash } from 'node:crypto'
import { batched } from './batch.js'
import type { Cache } from './cache.js'
import type { Database } from './database.js'
import type { App, DeviceCaller, UserCaller } from './kernel.js'

/** How tokens are kept: SHA-256 in hexadecimal. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

interface SessionRow {
  token_hash: string
  user_id: string
  organization_id: string
  role: string
  expires_at: Date
}

interface Session {
  readonly caller: UserCaller
  readonly until: number
}

/** Finds the callers behind bearer tokens (contract §3). `asker` learns that it waited for Postgres. */
export interface Doorkeeper {
  user(authorization: string | undefined, asker?: Database): Promise<UserCaller | undefined>
  device(authorization: string | undefined, asker?: Database): Promise<DeviceCaller | undefined>
}

const bearer = (authorization: string | undefined): string | undefined =>
  authorization !== undefined && authorization.startsWith('Bearer ')
    ? authorization.slice(7).trim()
    : undefined

/** By what all requests of a node share. */
const doorkeepers = new WeakMap<Cache, Doorkeeper>()

/**
 * The doorkeeper of a node, made when it is first asked for. There is one, so that it gathers the look-ups of a crowd that comes
 * at once, by whatever door.
 */
export function doorkeeperOf(app: App): Doorkeeper {
  const known = doorkeepers.get(app.cache)
  if (known !== undefined) return known
  const made = createDoorkeeper(app)
  doorkeepers.set(app.cache, made)
  return made
}

function createDoorkeeper(app: App): Doorkeeper {
  const session = batched<Session>(async (hashes) => {
    const rows = await app.pg.query<SessionRow>(
      `SELECT s.token_hash, s.user_id, s.organization_id, m.role, s.expires_at
       FROM sessions s
       JOIN memberships m ON m.user_id = s.user_id AND m.organization_id = s.organization_id AND m.status = 'active'
       JOIN organizations o ON o.id = s.organization_id AND o.status = 'active'
       WHERE s.token_hash = ANY($1::text[]) AND s.expires_at > now()`,
      [hashes],
    )
    return new Map(
      rows.map((row) => [
        row.token_hash,
        {
          caller: { kind: 'user', userId: row.user_id, organizationId: row.organization_id, role: row.role },
          until: row.expires_at.getTime(),
        },
      ]),
    )
  })
  // Revocation of a device counts at once, so nothing of it is kept.
  const device = batched<DeviceCaller>(async (hashes) => {
    const rows = await app.pg.query<{
      token_hash: string
      id: string
      gate_id: string
      organization_id: string
    }>(
      `SELECT token_hash, id, gate_id, organization_id FROM scan_devices
       WHERE token_hash = ANY($1::text[]) AND status = 'active'`,
      [hashes],
    )
    return new Map(
      rows.map((row) => [
        row.token_hash,
        { kind: 'device', deviceId: row.id, gateId: row.gate_id, organizationId: row.organization_id },
      ]),
    )
  })
  return {
    user: async (authorization, asker) => {
      const token = bearer(authorization)
      if (token === undefined) return undefined
      const hash = tokenHash(token)
      const hot = app.cache.sessions.get(hash)
      if (hot !== undefined) return hot
      asker?.waited()
      const found = await session(hash)
      app.metrics.lookup('rbac_cache', 'db', found !== undefined)
      if (found !== undefined) app.cache.sessions.set(hash, found.caller, found.until)
      return found?.caller
    },
    device: async (authorization, asker) => {
      const token = bearer(authorization)
      if (token === undefined) return undefined
      asker?.waited()
      return device(tokenHash(token))
    },
  }
}
