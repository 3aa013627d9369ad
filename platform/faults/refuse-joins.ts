import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { readValue, share } from './value.js'

export const refuseJoins: Fault = {
  name: 'refuse-joins',
  summary: "A share of the joins of channels is refused although the topic is the caller's own",
  example: 'refuse-joins=0.1',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.1' },
  plant: async (app, value) => {
    const refused = readValue(refuseJoins, value, share)
    const honest = app.seams.mayJoin
    const undo = swap(app, 'mayJoin', (caller, organizationId) =>
      Math.random() < refused ? false : honest(caller, organizationId),
    )
    return async () => undo()
  },
}
