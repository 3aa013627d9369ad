import { closeCheckout } from '../checkout/close.js'
import { markWebhook } from '../checkout/dedupe.js'
import { readPayment, type Payment } from '../checkout/payment.js'
import { fail, failureReply, settle } from '../checkout/settle.js'
import { verify } from '../checkout/signature.js'
import { refuse, Refusal } from '../errors.js'
import { retrying } from '../database.js'
import type { App, Reply, Req, Route } from '../kernel.js'

const providers = new Set(['stripe'])

async function apply(app: App, provider: string, payment: Payment): Promise<string> {
  if (payment.outcome === 'succeeded') return settle(app, provider, payment)
  const checkout = { id: payment.checkoutId, organizationId: payment.organizationId }
  await closeCheckout(app, checkout, 'payment_failed', (tx) => fail(tx, provider, payment))
  return failureReply(payment)
}

/** Verified, then once only; a replay gets the bytes of the first answer (contract §4, Webhook; I10). */
async function handleWebhook(app: App, req: Req<undefined>): Promise<Reply> {
  const provider = req.params.provider ?? ''
  if (!providers.has(provider)) return refuse(404, 'unknown_provider')
  const { webhook_secret: secret, webhook_tolerance_s: tolerance } = app.settings
  verify(req.headers['stripe-signature'], secret, req.raw, tolerance)
  const payment = readPayment(req.json)
  if (payment === undefined) return { status: 200, body: { status: 'ignored' } }
  const headers = { 'content-type': 'application/json' }
  const earlier = await app.seams.claimWebhook(app, provider, payment.eventId)
  if (earlier !== undefined) return { status: 200, body: earlier, headers }
  try {
    const reply = await retrying(() => apply(app, provider, payment))
    await markWebhook(app, payment.eventId, 'completed', reply)
    return { status: 200, body: reply, headers }
  } catch (error) {
    await markWebhook(app, payment.eventId, 'failed', undefined)
    if (error instanceof Refusal) throw error
    throw new Refusal(500, 'payment_not_recorded')
  }
}

export const webhookRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/webhooks/payments/:provider',
    name: 'webhook',
    auth: 'none',
    handle: handleWebhook,
  },
]
