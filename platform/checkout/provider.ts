import { Agent, request } from 'node:http'
import { randomBytes } from 'node:crypto'
import type { App } from '../kernel.js'
import { sign } from './signature.js'

/** What the provider is asked to charge. */
export interface Charge {
  readonly reference: string
  readonly amountCents: number
  readonly checkoutId: string
  readonly organizationId: string
  readonly eventId: string
}

const tries = 7
const agent = new Agent({ keepAlive: true })

/**
 * The mock provider (contract §4): after `provider_delay_ms` it posts a signed event to this node, and again after 5xx
 * and time-outs. `tok_fail…` fails the payment; `tok_external…` leaves the calling to somebody else.
 */
export function charge(app: App, token: string, payment: Charge): void {
  if (token.startsWith('tok_external')) return
  const body = JSON.stringify({
    id: `evt_${randomBytes(12).toString('hex')}`,
    type: token.startsWith('tok_fail') ? 'payment_intent.payment_failed' : 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    data: {
      object: {
        id: payment.reference,
        amount: payment.amountCents,
        currency: 'zar',
        status: token.startsWith('tok_fail') ? 'requires_payment_method' : 'succeeded',
        metadata: {
          checkout_id: payment.checkoutId,
          organization_id: payment.organizationId,
          event_id: payment.eventId,
        },
      },
    },
  })
  const attempt = (left: number, pause: number): void => {
    const timer = setTimeout(() => {
      post(app, body, (status) => {
        if ((status === undefined || status >= 500) && left > 1)
          attempt(left - 1, Math.min(2 * pause + 100, 10_000))
      })
    }, pause)
    timer.unref()
  }
  attempt(tries, app.settings.provider_delay_ms)
}

function post(app: App, body: string, answered: (status: number | undefined) => void): void {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': sign(app.settings.webhook_secret, Math.floor(Date.now() / 1000), body),
  }
  const call = request(
    {
      host: '127.0.0.1',
      port: app.port,
      method: 'POST',
      path: '/webhooks/payments/stripe',
      agent,
      headers,
      timeout: 10_000,
    },
    (reply) => {
      reply.resume()
      reply.on('end', () => answered(reply.statusCode))
    },
  )
  call.on('timeout', () => call.destroy(new Error('no answer in time')))
  call.on('error', () => answered(undefined))
  call.end(body)
}
