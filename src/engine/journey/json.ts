import type { Json, JsonObject } from '../../model/scenario.js'

/** Guards for what `JSON.parse` gave. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value)

/** Throws where a value holds what JSON cannot: a function, a number that is none, a big integer, itself. */
export function assertJson(value: unknown, what: string, depth = 0): void {
  const plain =
    value === undefined ||
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  if (plain) return
  if (typeof value !== 'object') {
    const shown = typeof value === 'number' || typeof value === 'bigint' ? ` (${value})` : ''
    throw new Error(`${what} holds a ${typeof value}${shown}, which is no JSON.`)
  }
  if (depth > 20) throw new Error(`${what} holds a value within itself, which is no JSON.`)
  for (const part of Object.values(value)) assertJson(part, what, depth + 1)
}
