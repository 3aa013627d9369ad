import type { HttpOperation, RequestTools, StepArguments } from 'vge-perf'

const signature = (body: string, args: StepArguments, tools: RequestTools): string => {
  const t = tools.now() - (args.stale === true ? 2 * (tools.figures.webhook_tolerance_s ?? 0) : 0)
  const key = args.forged === true ? 'not the secret' : (tools.secrets.webhook_secret ?? '')
  return `t=${t},v1=${tools.hmacSha256(key, `${t}.${body}`)}`
}

/**
 * A provider's word that a payment succeeded, shaped and signed as Stripe does. Source: contract §4 "Webhook", C8.
 * `forged` signs with another key, `stale` dates it outside the tolerance; a wrong `amount` is the journey's to give.
 */
export const webhook: HttpOperation = {
  kind: 'http',
  method: 'POST',
  path: '/webhooks/payments/stripe',
  body: (args) => ({
    id: args.id,
    type: 'payment_intent.succeeded',
    created: args.created,
    data: {
      object: {
        id: args.reference,
        amount: args.amount,
        currency: 'zar',
        status: 'succeeded',
        metadata: {
          checkout_id: args.checkout,
          organization_id: args.organization,
          event_id: args.event,
        },
      },
    },
  }),
  headers: (body, args, tools) => ({ 'stripe-signature': signature(body, args, tools) }),
}
