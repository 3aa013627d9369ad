import type { Bench } from '../frame/bench.js'
import { autocannon } from '../peers/autocannon.js'
import { beside, notMeasured, peersHere, withTarget } from '../peers/beside.js'
import { connections } from '../peers/loads.js'

/** Issue "Cost", row 4. */
export const maxRate: Bench = {
  name: 'max-rate',
  about: `requests a second from one core at most, on ${connections} connections, beside autocannon`,
  run: (context) =>
    withTarget(async (target) => {
      const row = { id: 'max-rate.autocannon', what: 'requests a second', unit: '/s', goal: { atLeast: 1.5 } }
      const [peer] = peersHere([autocannon], context.log)
      if (peer === undefined) return [notMeasured(autocannon, row)]
      const figures = await beside(
        context,
        target,
        peer,
        'get',
        ({ journeys, seconds }) => journeys / seconds,
      )
      return [{ ...row, ...figures }]
    }),
}
