import type { JsonObject } from '../../../src/model/scenario.js'

/** `k` of a comprehension with these rows. */
export const keyedOf = (rows: readonly JsonObject[]): JsonObject => ({
  ...Object.fromEntries(rows.map((row, index) => [index, row])),
  kc: rows.length,
})
