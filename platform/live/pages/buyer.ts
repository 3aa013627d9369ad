/** Who the tickets are for, as typed into the checkout's form. Never stored. */
export interface Buyer {
  readonly name: string
  readonly email: string
}

/** A sentence a field that is wrong. */
export type Wrong = Partial<Record<keyof Buyer, string>>

/** Reads the form's fields `buyer[name]` and `buyer[email]`. */
export const readBuyer = (fields: URLSearchParams): Buyer => ({
  name: fields.get('buyer[name]') ?? '',
  email: fields.get('buyer[email]') ?? '',
})

const checks: Readonly<Record<keyof Buyer, (value: string) => string | undefined>> = {
  name: (value) =>
    value.trim() === '' || value.length > 100 ? 'Please give a name of up to 100 letters.' : undefined,
  email: (value) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please give an e-mail address.'),
}

/** What is wrong with fields that the user has touched: a field of which `_unused_` comes as well was not (phoenix-wire §4). */
export function wrongWith(buyer: Buyer, fields: URLSearchParams): Wrong {
  const wrong: Wrong = {}
  for (const field of ['name', 'email'] as const) {
    const sentence = checks[field](buyer[field])
    if (sentence !== undefined && !fields.has(`buyer[_unused_${field}]`)) wrong[field] = sentence
  }
  return wrong
}
