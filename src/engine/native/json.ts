import type { Json, JsonObject } from '../../model/scenario.js'

/** Guards for what `JSON.parse` gave. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value)
