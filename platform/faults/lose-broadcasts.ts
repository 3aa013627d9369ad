import type { Fault } from '../kernel.js'
import { hook } from './seam.js'
import { readValue, share } from './value.js'

export const loseBroadcasts: Fault = {
  name: 'lose-broadcasts',
  summary: 'A share of what happens at events is not told to the clients of this node',
  example: 'lose-broadcasts=0.1',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.1' },
  plant: async (app, value) => {
    const lost = readValue(loseBroadcasts, value, share)
    const remove = hook(app.seams.broadcasts, (event, next) => {
      if (Math.random() >= lost) next(event)
    })
    return async () => remove()
  },
}
