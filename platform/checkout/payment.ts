import { isUuid } from '../catalogue.js'
import { Refusal } from '../errors.js'
import type { Json, JsonBody } from '../kernel.js'

/** A provider's word on a payment, shaped as Stripe's events are (contract §4, C8). */
export interface Payment {
  readonly eventId: string
  readonly outcome: 'succeeded' | 'failed'
  readonly reference: string
  readonly amountCents: number
  readonly currency: string
  readonly checkoutId: string
  readonly organizationId: string
}

const outcomes: Readonly<Record<string, Payment['outcome']>> = {
  'payment_intent.succeeded': 'succeeded',
  'payment_intent.payment_failed': 'failed',
}

const object = (json: Json | undefined): JsonBody =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonBody) : {}

/** Undefined for events that are none of ours. @throws Refusal 400 when one of ours is malformed. */
export function readPayment(json: JsonBody): Payment | undefined {
  const outcome = typeof json.type === 'string' ? outcomes[json.type] : undefined
  if (outcome === undefined) return undefined
  const intent = object(object(json.data).object)
  const { checkout_id: checkoutId, organization_id: organizationId } = object(intent.metadata)
  const { id: reference, amount, currency } = intent
  if (typeof json.id !== 'string' || json.id === '')
    throw new Refusal(400, 'invalid_request', { field: 'id' })
  if (typeof reference !== 'string') throw new Refusal(400, 'invalid_request', { field: 'data.object.id' })
  if (typeof amount !== 'number' || !Number.isInteger(amount)) throw new Refusal(400, 'invalid_amount')
  if (!isUuid(checkoutId) || !isUuid(organizationId))
    throw new Refusal(400, 'invalid_request', { field: 'data.object.metadata' })
  return {
    eventId: json.id,
    outcome,
    reference,
    amountCents: amount,
    currency: typeof currency === 'string' ? currency.toUpperCase() : 'ZAR',
    checkoutId,
    organizationId,
  }
}
