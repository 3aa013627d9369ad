import { sign } from '../../platform/checkout/signature.js'
import { defaults } from '../../platform/settings.js'

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** The body's fields, out of `data` where the platform wraps them. */
  readonly json: Readonly<Record<string, unknown>>
}

const record = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const parsed: unknown =
    response.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : {}
  const body = record(parsed) ? parsed : {}
  return {
    status: response.status,
    text,
    headers: response.headers,
    json: record(body.data) ? body.data : body,
  }
}

export async function get(url: string, token?: string): Promise<Answer> {
  return answerOf(
    await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
  )
}

export async function post(url: string, token: string | undefined, body: unknown = {}): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  return answerOf(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
}

export interface Paid {
  readonly id: string
  readonly checkout: unknown
  readonly org: string
  readonly reference: unknown
  readonly amount: unknown
  readonly type?: string
}

/** Posts a provider's event, signed as of `at` (seconds) with `secret`. */
export async function pay(
  url: string,
  paid: Paid,
  { secret = defaults.webhook_secret, at = Math.floor(Date.now() / 1000) } = {},
): Promise<Answer> {
  const body = JSON.stringify({
    id: paid.id,
    type: paid.type ?? 'payment_intent.succeeded',
    created: at,
    data: {
      object: {
        id: paid.reference,
        amount: paid.amount,
        currency: 'zar',
        status: 'succeeded',
        metadata: { checkout_id: paid.checkout, organization_id: paid.org },
      },
    },
  })
  const headers = { 'content-type': 'application/json', 'stripe-signature': sign(secret, at, body) }
  return answerOf(await fetch(`${url}/webhooks/payments/stripe`, { method: 'POST', headers, body }))
}
