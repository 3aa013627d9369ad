import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { readValue, share } from './value.js'

export const stalePage: Fault = {
  name: 'stale-page',
  summary:
    'A share of the changes of seats is not pushed to those who look at the map; the counts catch up with the next one that is',
  example: 'stale-page=0.1',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.1' },
  plant: async (app, value) => {
    const lost = readValue(stalePage, value, share)
    const undo = swap(app, 'viewersHear', () => Math.random() >= lost)
    return async () => undo()
  },
}
