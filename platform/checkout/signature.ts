import { createHmac, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../errors.js'

/** `Stripe-Signature` over `{t}.` and the raw body (contract §4, Webhook). `t` is seconds since 1970. */
export function sign(secret: string, t: number, raw: string | Buffer): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).update(raw).digest('hex')}`
}

/** @throws Refusal 400 when the signature is missing, wrong, or older or newer than the tolerance. */
export function verify(
  header: string | string[] | undefined,
  secret: string,
  raw: Buffer,
  toleranceS: number,
): void {
  const given = typeof header === 'string' ? header : ''
  const t = Number(/(?:^|,)t=(\d+)/.exec(given)?.[1] ?? Number.NaN)
  if (Number.isNaN(t)) throw new Refusal(400, 'invalid_signature')
  const expected = Buffer.from(sign(secret, t, raw).replace(/^t=\d+,v1=/, ''))
  const signatures = [...given.matchAll(/(?:^|,)v1=([0-9a-f]+)/g)].map((match) => Buffer.from(match[1] ?? ''))
  const matches = signatures.some((one) => one.length === expected.length && timingSafeEqual(one, expected))
  if (!matches) throw new Refusal(400, 'invalid_signature')
  if (Math.abs(Date.now() / 1000 - t) > toleranceS) throw new Refusal(400, 'stale_timestamp')
}
