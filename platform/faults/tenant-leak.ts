import type { Fault } from '../kernel.js'
import { swap } from './seam.js'

export const tenantLeak: Fault = {
  name: 'tenant-leak',
  summary:
    "Seats, checkouts and tickets of one tenant can be reserved, bought and read by another tenant's users",
  example: 'tenant-leak',
  plant: async (app) => {
    const undo = swap(app, 'mayTouch', () => true)
    return async () => undo()
  },
}
