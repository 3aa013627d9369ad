import { Refusal } from './errors.js'

/** Whole cents. */
export interface Price {
  readonly subtotal: number
  readonly discount: number
  readonly platformFee: number
  readonly paymentFee: number
  readonly tax: number
  readonly total: number
}

const mostCents = 100_000_000

/**
 * The price of a booking (contract §5, from STA §6): platform fee 2.5 % of the subtotal, payment fee 1.5 % + 30 c, VAT
 * 15 % of what is left after the discount.
 * @throws Refusal 400 `invalid_total` outside 1 to 100 000 000 cents.
 */
export function priceOf(subtotal: number, discount: number): Price {
  const platformFee = Math.round(subtotal * 0.025)
  const paymentFee = Math.round(subtotal * 0.015 + 30)
  const tax = Math.round((subtotal - discount) * 0.15)
  const total = subtotal - discount + platformFee + paymentFee + tax
  if (total <= 0 || total > mostCents) throw new Refusal(400, 'invalid_total', { total_cents: total })
  return { subtotal, discount, platformFee, paymentFee, tax, total }
}
