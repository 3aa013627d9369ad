import type { Fault } from '../kernel.js'
import { swap } from './seam.js'

export const holdExpiryOff: Fault = {
  name: 'hold-expiry-off',
  summary: 'Holds are never released when their time has passed',
  example: 'hold-expiry-off',
  plant: async (app) => {
    const undo = swap(app, 'sweepExpired', async () => 0)
    return async () => undo()
  },
}
