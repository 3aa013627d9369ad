import { randomBytes } from 'node:crypto'
import { doorkeeperOf } from '../auth.js'
import type { App, JsonBody, Req, UserCaller } from '../kernel.js'
import { isBody } from '../realtime/json.js'
import { textOf } from './json.js'
import { seal, unseal } from './seal.js'

/** A sentence that is shown once, on the next page. */
export interface Flash {
  readonly kind: 'info' | 'error'
  readonly text: string
}

/** What the session cookie holds (contract §2, Cookie). */
export interface Session {
  /** CSRF token of this session's pages; new with each login. */
  readonly csrf: string
  /** The user's session token, once logged in. */
  readonly token?: string
  readonly flash?: Flash
  /** Path to go to after the login. */
  readonly back?: string
}

type Headers = Req['headers']

const name = '_voelgoedevents_key'
const inHeader = new RegExp(`(?:^|;\\s*)${name}=([^;]*)`)

/** A session of somebody who is new here, or has just logged in. */
export const freshSession = (token?: string): Session => ({
  csrf: randomBytes(18).toString('base64url'),
  token,
})

export function readFlash(value: unknown): Flash | undefined {
  if (!isBody(value) || typeof value.text !== 'string') return undefined
  return { kind: value.kind === 'error' ? 'error' : 'info', text: value.text }
}

/** The session of a request; undefined when its cookie is missing, forged or too old. */
export function readSession({ settings }: App, { cookie }: Headers): Session | undefined {
  const text = typeof cookie === 'string' ? inHeader.exec(cookie)?.[1] : undefined
  const value = unseal(settings.session_secret, 'cookie', text, settings.session_ttl_s)
  const csrf = value === undefined ? undefined : textOf(value, 'csrf')
  if (value === undefined || csrf === undefined) return undefined
  return { csrf, token: textOf(value, 'token'), flash: readFlash(value.flash), back: textOf(value, 'back') }
}

/** Value of the `set-cookie` header that keeps the session. */
export function cookieOf({ settings }: App, { csrf, token, flash, back }: Session): string {
  const body: JsonBody = { csrf, token, flash: flash && { ...flash }, back }
  const value = seal(settings.session_secret, 'cookie', body)
  return `${name}=${value}; Path=/; Max-Age=${settings.session_ttl_s}; HttpOnly; SameSite=Lax`
}

/** Who is logged in. */
export async function callerOf(app: App, { token }: Session): Promise<UserCaller | undefined> {
  return token === undefined ? undefined : doorkeeperOf(app).user(`Bearer ${token}`, app.pg)
}

/**
 * The session of a socket: its cookie and the CSRF token of its address must be a pair. Without one the upgrade goes on
 * and every join is answered `stale` (phoenix-wire §1).
 */
export function connectedSession(app: App, params: URLSearchParams, headers: Headers): Session | undefined {
  const session = readSession(app, headers)
  if (session === undefined) return undefined
  return app.seams.csrfMatches(params.get('_csrf_token'), session.csrf) ? session : undefined
}
