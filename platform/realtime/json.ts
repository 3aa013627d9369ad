import type { JsonBody } from '../kernel.js'

/** A JSON object, when the value came out of JSON.parse. */
export const isBody = (value: unknown): value is JsonBody =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
