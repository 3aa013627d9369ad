import type { Fault } from '../kernel.js'
import { uniqueIndexes } from '../schema.sql.js'
import { dropUniqueIndexes } from './unique-indexes.js'
import { readValue } from './value.js'

export const dropUniqueIndex: Fault = {
  name: 'drop-unique-index',
  summary:
    'A unique index that the contract promises is missing; by default the one on live tickets of a seat',
  example: 'drop-unique-index=tickets_one_live_per_seat_key',
  value: { accepted: Object.keys(uniqueIndexes).join(', '), usual: 'tickets_one_live_per_seat_key' },
  plant: (app, value) => {
    const name = readValue(dropUniqueIndex, value, (word) =>
      Object.hasOwn(uniqueIndexes, word) ? word : undefined,
    )
    return dropUniqueIndexes(app, [name])
  },
}
