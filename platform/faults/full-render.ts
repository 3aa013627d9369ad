import type { Fault } from '../kernel.js'
import { swap } from './seam.js'

export const fullRender: Fault = {
  name: 'full-render',
  summary:
    'Every change of a seat sends the whole list of seats to all who look at the map, instead of a diff',
  example: 'full-render',
  plant: async (app) => {
    const undo = swap(app, 'viewerDiff', (_diff, whole) => whole())
    return async () => undo()
  },
}
