import { randomBytes } from 'node:crypto'
import { tokenHash } from '../auth.js'
import { refuse } from '../errors.js'
import type { App, Reply } from '../kernel.js'
import { limited } from '../limits.js'
import { checkPassword } from '../passwords.js'
import { keys } from '../redis/keys.js'

interface Row {
  id: string
  password_hash: string
  organization_id: string | null
  role: string | null
}

export interface SignedIn {
  readonly token: string
  readonly userId: string
  readonly organizationId: string
  readonly role: string | null
  readonly expiresAt: Date
}

/** IP 60/min, email + IP 10 per 10 min, email 20/h (contract §11). */
async function tooOften(app: App, ip: string, email: string): Promise<Reply | undefined> {
  const { limit_login_per_ip, limit_login_per_email_ip, limit_login_per_email } = app.settings
  return (
    (await limited(app, keys.loginRate('ip', ip), limit_login_per_ip, 60)) ??
    (await limited(app, keys.loginRate('email_ip', `${email}:${ip}`), limit_login_per_email_ip, 600)) ??
    (await limited(app, keys.loginRate('email', email), limit_login_per_email, 3_600))
  )
}

/** Opens a session for a user with the right password; a reply when there is none to open: 401, 403 or 429. */
export async function signIn(
  app: App,
  ip: string,
  address: string,
  password: string,
): Promise<SignedIn | Reply> {
  const email = address.toLowerCase()
  const refusal = await tooOften(app, ip, email)
  if (refusal !== undefined) return refusal
  const [row] = await app.pg.query<Row>(
    `SELECT u.id, u.password_hash, m.organization_id, m.role FROM users u
     LEFT JOIN memberships m ON m.user_id = u.id AND m.status = 'active'
     WHERE lower(u.email) = $1 ORDER BY m.inserted_at LIMIT 1`,
    [email],
  )
  if (!(await checkPassword(password, row?.password_hash)) || row === undefined)
    return refuse(401, 'invalid_credentials')
  if (row.organization_id === null) return refuse(403, 'no_active_membership')
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(Date.now() + app.settings.session_ttl_s * 1000)
  await app.pg.query(
    'INSERT INTO sessions (token_hash, user_id, organization_id, expires_at) VALUES ($1, $2, $3, $4)',
    [tokenHash(token), row.id, row.organization_id, expiresAt],
  )
  return { token, userId: row.id, organizationId: row.organization_id, role: row.role, expiresAt }
}
