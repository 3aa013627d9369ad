import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { dropUniqueIndexes } from './unique-indexes.js'

/** What would stop a second payment of one checkout even without its dedupe. */
const inTheWay = [
  'transactions_provider_id_key',
  'transactions_reference_key',
  'journal_entries_reference_key',
  'tickets_one_live_per_seat_key',
]

export const webhookTwice: Fault = {
  name: 'webhook-twice',
  summary:
    'A payment webhook that comes again is applied again: tickets, transaction and journal entry are doubled',
  example: 'webhook-twice',
  plant: async (app) => {
    const standAgain = await dropUniqueIndexes(app, inTheWay)
    const undo = [
      swap(app, 'claimWebhook', async () => undefined),
      swap(app, 'alreadySettled', () => false),
      swap(app, 'holdsLapsed', () => false),
    ]
    return async () => {
      for (const step of undo) step()
      await standAgain()
    }
  },
}
