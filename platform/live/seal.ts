import { createHmac, timingSafeEqual } from 'node:crypto'
import type { JsonBody } from '../kernel.js'
import { isBody } from '../realtime/json.js'

/** What a seal is for: a cookie never passes for a page's token. */
export type Purpose = 'cookie' | 'page' | 'flash' | 'reload'

const digest = (secret: string, purpose: Purpose, body: string): Buffer =>
  createHmac('sha256', secret).update(`${purpose}.${body}`).digest()

const nowS = (): number => Math.floor(Date.now() / 1000)

/** `{value and time}.{HMAC-SHA256}`, both base64url. Readable by whoever has it, made by nobody else. */
export function seal(secret: string, purpose: Purpose, value: JsonBody): string {
  const body = Buffer.from(JSON.stringify({ value, at: nowS() })).toString('base64url')
  return `${body}.${digest(secret, purpose, body).toString('base64url')}`
}

/** The value under a seal that is right and at most `lifeS` seconds old; undefined for anything else. */
export function unseal(secret: string, purpose: Purpose, text: unknown, lifeS: number): JsonBody | undefined {
  if (typeof text !== 'string') return undefined
  const cut = text.indexOf('.')
  const body = text.slice(0, Math.max(cut, 0))
  const given = Buffer.from(text.slice(cut + 1), 'base64url')
  const expected = digest(secret, purpose, body)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  // Only what was made above gets here, so it is JSON.
  const sealed: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  if (!isBody(sealed) || !isBody(sealed.value) || typeof sealed.at !== 'number') return undefined
  return nowS() - sealed.at <= lifeS ? sealed.value : undefined
}
