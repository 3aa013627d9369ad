import type { JsonBody } from '../kernel.js'

/** A field that is a text, else undefined. */
export function textOf(body: JsonBody, field: string): string | undefined {
  const value = body[field]
  return typeof value === 'string' ? value : undefined
}
