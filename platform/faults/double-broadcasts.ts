import type { Fault } from '../kernel.js'
import { hook } from './seam.js'
import { readValue, share } from './value.js'

export const doubleBroadcasts: Fault = {
  name: 'double-broadcasts',
  summary: 'A share of what happens at events is told twice to the clients of this node',
  example: 'double-broadcasts=0.1',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.1' },
  plant: async (app, value) => {
    const doubled = readValue(doubleBroadcasts, value, share)
    const remove = hook(app.seams.broadcasts, (event, next) => {
      next(event)
      if (Math.random() < doubled) next(event)
    })
    return async () => remove()
  },
}
