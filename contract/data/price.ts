/** What a checkout costs, whole cents. */
export interface Price {
  readonly subtotal: number
  readonly platformFee: number
  readonly paymentFee: number
  readonly tax: number
  readonly total: number
}

/** The price of a subtotal without a discount. Source: contract §5, "Price". */
export function priceOf(subtotal: number, figures: Readonly<Record<string, number>>): Price {
  const platformFee = Math.round(subtotal * (figures.platform_fee_share ?? 0))
  const paymentFee = Math.round(
    subtotal * (figures.payment_fee_share ?? 0) + (figures.payment_fee_cents ?? 0),
  )
  const tax = Math.round(subtotal * (figures.vat_share ?? 0))
  return {
    subtotal,
    platformFee,
    paymentFee,
    tax,
    total: subtotal + platformFee + paymentFee + tax,
  }
}
