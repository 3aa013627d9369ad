import type { Json } from '../../model/scenario.js'

/** Guard for a JSON array. */
export const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json)
