import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { readValue, share } from './value.js'

export const staleBitmap: Fault = {
  name: 'stale-bitmap',
  summary: 'A share of the changes of seats does not reach the availability bitmap',
  example: 'stale-bitmap=0.2',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.2' },
  plant: async (app, value) => {
    const lost = readValue(staleBitmap, value, share)
    const honest = app.seams.bitToMark
    const undo = swap(app, 'bitToMark', (index) => (Math.random() < lost ? undefined : honest(index)))
    return async () => undo()
  },
}
