import type { Json } from 'vge-perf'

/** An argument as text. Throws for what is no text and no number: the request would carry nonsense. */
export const word = (value: Json | undefined): string => {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error(`A request wants a text or a number, found ${JSON.stringify(value) ?? 'nothing'}.`)
}
