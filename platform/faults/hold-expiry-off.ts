import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { noValue } from './value.js'

export const holdExpiryOff: Fault = {
  name: 'hold-expiry-off',
  summary: 'Holds are never released when their time has passed',
  example: 'hold-expiry-off',
  plant: async (app, value) => {
    noValue('hold-expiry-off', value)
    const undo = swap(app, 'sweepExpired', async () => 0)
    return async () => undo()
  },
}
