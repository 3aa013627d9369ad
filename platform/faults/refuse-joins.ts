import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { readValue, share } from './value.js'

export const refuseJoins: Fault = {
  name: 'refuse-joins',
  summary: "A share of the joins of channels is refused although the topic is the caller's own",
  example: 'refuse-joins=0.1',
  plant: async (app, value = '0.1') => {
    const refused = readValue('refuse-joins', value, 'a share above 0 and at most 1', share)
    const honest = app.seams.mayJoin
    const undo = swap(app, 'mayJoin', (caller, organizationId) =>
      Math.random() < refused ? false : honest(caller, organizationId),
    )
    return async () => undo()
  },
}
